"""Short cuts in what every run of a playbook would do anew, with the same result.

Those that keep something stand in for a function of another library, give what it gave for the very
same input before, and ask it where there was none. The others leave out what makes no difference to
a play's outcome.
"""

from __future__ import annotations

import marshal
import pickle
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

from sqs_k8s_jobs.warm.kept import Kept

# What decides, beside the source, what Jinja2 makes of a template.
SETTINGS = (
    "block_start_string block_end_string variable_start_string variable_end_string"
    " comment_start_string comment_end_string line_statement_prefix line_comment_prefix"
    " trim_blocks lstrip_blocks newline_sequence keep_trailing_newline optimized autoescape"
)


def keep_templates(kept: Kept) -> None:
    """Have Jinja2 compile a template or expression once; not before ansible-core 2.19."""
    import jinja2

    try:
        from ansible._internal._templating import _jinja_bits
    except ImportError:
        return
    compile_anew = jinja2.Environment.compile

    def compiled(self: jinja2.Environment, source: Any, *place: Any, **how: Any) -> Any:
        if not isinstance(source, str) or how.get("raw"):
            return compile_anew(self, source, *place, **how)
        context = _jinja_bits._TemplateCompileContext.current(optional=True)
        key = (
            *(str(source), place, sorted(how.items()), sorted(self.extensions)),
            *(type(self).__qualname__, context and context.escape_backslashes),
            *(getattr(self, name) for name in SETTINGS.split()),
        )
        text = repr(key).encode("utf-8", "surrogatepass")
        return _code(kept, text, lambda: compile_anew(self, source, *place, **how))

    jinja2.Environment.compile = compiled  # type: ignore[method-assign]


def pass_plain_texts() -> None:
    """Have Ansible give back a text without a brace at once, within a template; from 2.19 on."""
    try:
        from ansible._internal._templating._engine import TemplateEngine, TemplateOptions
        from ansible._internal._templating._jinja_bits import TemplateOverrides
        from ansible._internal._templating._utils import TemplateContext
        from ansible.module_utils._internal._datatag import _AnsibleTaggedStr
    except ImportError:
        return
    texts = (str, _AnsibleTaggedStr)
    template_anew, current = TemplateEngine.template, TemplateContext.current

    def templated(self: Any, variable: Any, **how: Any) -> Any:
        plain = type(variable) in texts and "{" not in variable and not variable.startswith("#")
        if plain and "mode" not in how and current(optional=True):
            options = how.get("options", TemplateOptions.DEFAULT)
            if options.overrides is TemplateOverrides.DEFAULT:
                return variable
        return template_anew(self, variable, **how)

    TemplateEngine.template = templated


def wake_at_results() -> None:
    """Have a play go on as soon as a task's result is there, instead of looking again and again."""
    from ansible.plugins import strategy

    came = threading.Event()

    class Results(deque[Any]):
        def append(self, result: Any) -> None:
            super().append(result)
            came.set()

    def sleep(seconds: float) -> None:
        came.wait(seconds)
        came.clear()

    strategy.deque = Results
    strategy.time = SimpleNamespace(sleep=sleep)


def keep_files(kept: Kept) -> None:
    """Have Ansible parse a file of a collection once; no other, as they may hold secrets."""
    from ansible.parsing.dataloader import DataLoader

    load_anew = DataLoader.load_from_file

    def loaded(self: Any, file_name: str, *how: Any, **more: Any) -> Any:
        path = Path(file_name)
        if "ansible_collections" not in path.parts or not path.is_file():
            return load_anew(self, file_name, *how, **more)
        seen = path.stat()
        key = repr((file_name, seen.st_mtime_ns, seen.st_size, how, sorted(more.items())))

        def make() -> bytes:
            return pickle.dumps(load_anew(self, file_name, *how, **more))

        return pickle.loads(kept.get(key.encode("utf-8", "surrogateescape"), make))

    DataLoader.load_from_file = loaded


def keep_sources(kept: Kept) -> None:
    """Have Python compile a source in an archive once: Ansible packs modules into archives."""
    import zipimport

    def compiled(path: str, source: bytes) -> CodeType:
        lines = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return _code(kept, lines, lambda: compile(lines, path, "exec", dont_inherit=True))

    zipimport._compile_source = compiled  # type: ignore[attr-defined]


def leave_out_arguments() -> None:
    """Have modules not give their arguments back: a play copies them several times."""
    from ansible.module_utils.basic import AnsibleModule

    finish = AnsibleModule._return_formatted

    def finished(self: Any, result: dict[str, Any]) -> None:
        finish(self, {"invocation": {"module_args": {}}, **result})

    AnsibleModule._return_formatted = finished


def _code(kept: Kept, key: bytes, compile_anew: Callable[[], CodeType]) -> CodeType:
    code: CodeType = marshal.loads(kept.get(key, lambda: marshal.dumps(compile_anew())))
    return code
