"""ES modules as text: what they import and export, in what order they are needed, and several joined into one.

A page over HTTP/1.1 fetches six files at a time; a hundred small modules, one by one, would cost it fifteen round trips.
Only the forms that our own modules use are understood (named imports at the top, named exports of classes, functions and
constants); anything else is refused by name and line, never guessed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

_IMPORT = re.compile(r"^import (?:\{([^}]*)\} from )?'(\.[^'\n]*)';[ \t]*$", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_LATER = re.compile(r"^[ \t]*import\('(\.[^'\n]+)'\)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_NOT_IN_PAGE = re.compile(r"</script|<!--|\{\{\w+\}\}", re.IGNORECASE)
_NAME = re.compile(r"(\w+)(?: as (\w+))?")


IN_PAGE = ""
"""The address of what stands in the page itself: a script that is no module, and exports by a name of the window."""
_OF_WINDOW = "window.farview"


class NotJoinable(Exception):
    """A module is written in a form that can't be joined; the message names it and says what to change."""


@dataclass(frozen=True, slots=True)
class Import:
    """`names` are (exported name, name here) pairs of the module `source`, a path below the folder of the files."""

    source: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its path below the folder, what it imports and exports, and the rest of its text.

    `later` are modules that it loads when it runs, by an import(…) at the beginning of a line.
    """

    name: str
    imports: tuple[Import, ...]
    exports: tuple[str, ...]
    body: str
    later: tuple[str, ...] = ()


def parsed(name: str, text: str) -> Module:
    """The module `name` from its text.

    Raises:
        NotJoinable: it imports or exports in a form that is not ours.
    """
    imports = tuple(
        Import(_beside(name, match[2]), _names(name, match[1] or "")) for match in _IMPORT.finditer(text)
    )
    exports = tuple(match[1] for match in _EXPORT.finditer(text))
    body = _EXPORT.sub("", _IMPORT.sub("", text))
    later = tuple(_beside(name, match[1]) for match in _LATER.finditer(body))
    other = _OTHER.search(_LATER.sub("", body))
    if other:
        raise NotJoinable(
            f"{name} has the line “{other[0]}”: use named imports in single quotes at the top, and export classes, "
            "functions and constants where they stand"
        )
    return Module(name, imports, exports, body, later)


def _beside(name: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _names(name: str, inside: str) -> tuple[tuple[str, str], ...]:
    found = []
    for part in filter(None, (part.strip() for part in inside.split(","))):
        match = _NAME.fullmatch(part)
        if not match:
            raise NotJoinable(f"{name} imports “{part}”, which is no name")
        found.append((match[1], match[2] or match[1]))
    return tuple(found)


def in_order(
    entry: str, read: Callable[[str], Module | None], known: Collection[str] = ()
) -> tuple[Module, ...]:
    """`entry` and all that it needs, each after what it imports; those in `known` are there already and left out.

    Raises:
        NotJoinable: a module is missing, or two need each other.
    """
    ordered: dict[str, Module] = {}

    def need(name: str, way: tuple[str, ...]) -> None:
        if name in ordered or name in known:
            return
        if name in way:
            raise NotJoinable(
                f"{name} and {way[-1]} need each other: move what both need into a third module"
            )
        module = read(name)
        if module is None:
            raise NotJoinable(f"{way[-1] if way else 'a page'} needs {name}, and there is no such file")
        for needed in module.imports:
            need(needed.source, (*way, name))
        ordered[name] = module

    need(entry, ())
    return tuple(ordered.values())


def joined(modules: Sequence[Module], elsewhere: Mapping[str, str] | None = None) -> str:
    """One module that does what these do, each in a scope of its own, and exports the scopes under names of their files.

    `elsewhere` says of modules that are joined already at which address their scopes are exported, or IN_PAGE.

    Raises:
        NotJoinable: a module is not there, or a name is imported that its module does not export.
    """
    taken, text = _parts(modules, elsewhere or {})
    imports = [
        f"const{{{names}}}={_OF_WINDOW};\n"
        if address == IN_PAGE
        else f"import {{ {names} }} from '{address}';\n"
        for address, names in taken.items()
    ]
    return f"{''.join(imports)}{text}export {{ {', '.join(_scope(module.name) for module in modules)} }};\n"


def joined_in_page(modules: Sequence[Module]) -> str:
    """The same as a script that stands in a page and runs at once: what it exports is found in the window.

    Raises:
        NotJoinable: as joined; or a module holds what would end the script, or what the page has to be filled in.
    """
    _, text = _parts(modules, {})
    given = ",".join(_scope(module.name) for module in modules)
    made = f"(()=>{{'use strict';\n{text}{_OF_WINDOW}={{{given}}};\n}})();"
    if bad := _NOT_IN_PAGE.search(made):
        raise NotJoinable(f"{modules[-1].name} can't stand in a page: it holds “{bad[0]}”")
    return made


def _parts(modules: Sequence[Module], elsewhere: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The names of the scopes that they need from each address, and the text of their own."""
    here = {module.name: module for module in modules}
    from_others: dict[str, set[str]] = {}
    for module in modules:
        for needed in module.imports:
            if needed.source not in here:
                address = elsewhere.get(needed.source)
                if address is None:
                    raise NotJoinable(
                        f"{module.name} needs {needed.source}, which is not among what is joined"
                    )
                from_others.setdefault(address, set()).add(_scope(needed.source))
                continue
            missing = {exported for exported, _ in needed.names} - set(here[needed.source].exports)
            if missing:
                raise NotJoinable(
                    f"{module.name} imports {min(missing)}, which {needed.source} does not export"
                )
    taken = {address: ", ".join(sorted(scopes)) for address, scopes in from_others.items()}
    return taken, "".join(_scoped(module) for module in modules)


def _scoped(module: Module) -> str:
    taken = "".join(
        f"const{{{','.join(e if e == n else f'{e}:{n}' for e, n in needed.names)}}}={_scope(needed.source)};"
        for needed in module.imports
        if needed.names
    )
    given = ",".join(module.exports)
    return f"const {_scope(module.name)}=(()=>{{{taken}\n{module.body.strip()}\nreturn{{{given}}};}})();\n"


def _scope(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
