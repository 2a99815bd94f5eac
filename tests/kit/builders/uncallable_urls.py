"""Webhooks that can never be called, by what is wrong with them."""

NEVER = {
    "its scheme is neither http nor https": ["ftp://a/", "a.example", "http:/a/", "//a/", "x"],
    "it has no host": ["http://", "http:///a", "https://:80/", "http://?a", "http://#a"],
    "its port is no number from 1 to 65535": [
        *("http://h:99999/", "http://h:65536/", "http://h:0/", "http://h:abc/", "http://h:-1/"),
        *("http://[::1]:x/", "http://h:1:2/", "http://user:sec/ret@h/"),
        *("http://h:000080/", "http://h:\u0661/"),
    ],
    "its host is no IPv6 address in brackets": [
        *("http://[::1/cb", "http://[", "http://[]/", "http://[1.2.3.4]/", "http://::1]/"),
        *("http://[::1]x/", "http://[[::1]]/", "http://[g::1]/"),
    ],
    "its host is an address with a zone": [
        *("http://[fe80::1%25eth0]/", "http://[::1%lo]:80/", "https://[2001:db8::1%251]/"),
        *("http://[::a%25%41]/", "http://[::1%25]/", "http://[%25x]/"),
    ],
    "its host is no name that can be looked up": [
        *(
            "http://a..b/",
            "http://.a/",
            "http://../",
            "http://a%41/",
            "http://a\\b/",
            "http://a,b/",
        ),
        *(f"http://{'a' * 64}.example/", f"http://{'a.' * 127}example/", "http://{{7*7}}/"),
        *("http://\u2460.0.0.1/", "http://\U0001f600..\xe9/"),
    ],
    "it has white space in it": [
        "http://a/b c",
        "http://a b/",
        "http://h:8 0/",
        "http://a/\u2003",
        " http://a/",
    ],
}
