"""Templates are compiled once, and text that is none is given back at once."""

from __future__ import annotations

import importlib
from typing import Any

from sqs_k8s_jobs.fork_server.ansible_patches.patch import Patch
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Requirement
from sqs_k8s_jobs.fork_server.cache import DiskCache

BITS = "ansible._internal._templating._jinja_bits"
ENGINE = "ansible._internal._templating._engine"
UTILS = "ansible._internal._templating._utils"
TAGS = "ansible.module_utils._internal._datatag"
# Inputs of Jinja2's compilation beside the source.
SETTINGS = (
    "block_start_string block_end_string variable_start_string variable_end_string"
    " comment_start_string comment_end_string line_statement_prefix line_comment_prefix"
    " trim_blocks lstrip_blocks newline_sequence keep_trailing_newline"
)
# All settings there are: those above, and those that are in the key by another name or not at all.
ALL_SETTINGS = (
    f"self {SETTINGS} extensions optimized undefined finalize autoescape"
    " loader cache_size auto_reload bytecode_cache enable_async"
)


def _keep_compiled(cache: DiskCache) -> None:
    """Have Jinja2 compile a template or expression once."""
    import jinja2

    bits: Any = importlib.import_module(BITS)
    compile_anew = jinja2.Environment.compile

    def compiled(self: jinja2.Environment, source: Any, *place: Any, **how: Any) -> Any:
        if not isinstance(source, str) or how.get("raw") or len(place) > 2:
            return compile_anew(self, source, *place, **how)
        context = bits._TemplateCompileContext.current(optional=True)
        key = (
            *(str(source), place, sorted(how.items()), sorted(self.extensions)),
            *(type(self).__qualname__, context and context.escape_backslashes),
            *(self.optimized, self.autoescape, self.is_async, _name(self.finalize)),
            *(getattr(self, name) for name in SETTINGS.split()),
        )
        text = repr(key).encode("utf-8", "surrogatepass")
        return cache.get_or_compile(text, lambda: compile_anew(self, source, *place, **how))

    jinja2.Environment.compile = compiled  # type: ignore[method-assign]


def _name(function: Any) -> str | None:
    return getattr(function, "__qualname__", None)


def _pass_plain_texts(_: DiskCache) -> None:
    """Have Ansible give back a text without a brace at once, within a template."""
    engine: Any = importlib.import_module(ENGINE)
    current = importlib.import_module(UTILS).TemplateContext.current
    known = engine.TemplateOptions.DEFAULT, importlib.import_module(BITS).TemplateOverrides.DEFAULT
    texts = (str, importlib.import_module(TAGS)._AnsibleTaggedStr)
    template_anew = engine.TemplateEngine.template

    def templated(self: Any, variable: Any, **how: Any) -> Any:
        plain = type(variable) in texts and "{" not in variable and not variable.startswith("#")
        if plain and "mode" not in how and current(optional=True):
            options = how.get("options", known[0])
            if options.overrides is known[1]:
                return variable
        return template_anew(self, variable, **how)

    engine.TemplateEngine.template = templated


COMPILED_TEMPLATES = Patch(
    "compiled templates",
    "Jinja2",
    (
        Requirement("jinja2", "Environment.compile", "self source name filename raw defer_init"),
        Requirement("jinja2", "Environment.__init__", ALL_SETTINGS),
        Requirement("jinja2", "Environment.from_string", uses="compile"),
        Requirement(BITS, "_TemplateCompileContext.current", "optional"),
        Requirement(BITS, "_TemplateCompileContext.escape_backslashes"),
    ),
    _keep_compiled,
)
PLAIN_TEXTS = Patch(
    "plain texts",
    "ansible-core",
    (
        Requirement(ENGINE, "TemplateEngine.template", "self variable * options mode lazy_options"),
        Requirement(ENGINE, "TemplateOptions.DEFAULT.overrides"),
        Requirement(BITS, "TemplateOverrides.DEFAULT"),
        Requirement(UTILS, "TemplateContext.current", "optional"),
        Requirement(TAGS, "_AnsibleTaggedStr"),
    ),
    _pass_plain_texts,
)
