"""Certificates that a test makes for itself, and an endpoint that shows them."""

from __future__ import annotations

import ssl
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from .endpoint import Answer, Endpoint

STRICT_PYTHON = sys.version_info >= (3, 13)  # it minds what RFC 5280 demands
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Authority:
    """A certificate authority that nobody knows but who is given its file.

    One that is not `strict` leaves out what RFC 5280 demands and Python checks from 3.13 on, as
    authorities of some years ago do: the authority key identifier, and a CA's use of its key.
    """

    def __init__(self, folder: Path, strict: bool = True) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._strict = strict
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("an authority of this test")
        made = _certificate(self._name, self._name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0 if strict else None), critical=True
        )
        if strict:
            made = made.add_extension(_for_certificates(), critical=True)
            made = made.add_extension(_identifier(self._key), critical=False)
        self.file = folder / "authority.pem"
        signed = made.sign(self._key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(Encoding.PEM))

    def certificate(self, *hosts: str, days: int = 1) -> Path:
        """Return a file with a certificate for these hosts, valid for so long, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [
            x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
            for host in hosts
        ]
        subject = _name("an endpoint")
        made = _certificate(subject, self._name, key.public_key(), days).add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
        if self._strict:
            issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            made = made.add_extension(issuer, critical=False)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file = self._folder / f"{hosts[0]}.pem"
        signed = made.sign(self._key, hashes.SHA256())
        file.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
        return file


class TlsEndpoint(Endpoint):
    """An endpoint over TLS."""

    def __init__(self, certificate: Path, answer: Answer | None = None) -> None:
        super().__init__(answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self.port}"


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _identifier(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _for_certificates() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int = 1
) -> x509.CertificateBuilder:
    """Begin a certificate; of no days, it has expired an hour ago."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + (days * DAY if days else -HOUR))
    )
