"""What a function can read of its parameters, by its source: on every branch, whether or not anything ever takes it.

Follows a parameter into the functions and methods that it is handed to. Where a parameter is used in a way that can't be
followed (stored, compared as a whole, handed to something that has no source here) it raises `CannotFollowError`, so that
what comes out is certain.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import typing
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType
from typing import Any


class CannotFollowError(Exception):
    """A parameter is used in a way that its source does not explain."""


def reads(function: Callable[..., Any]) -> dict[str, frozenset[str]]:
    """Of each parameter of a function what is read of it: "wlz" or, of what it holds itself, "verzekerde.bsn"."""
    assert isinstance(function, FunctionType)
    return {name: _reads(function, None, name) for name in inspect.signature(function).parameters}


def reads_of(method: Callable[..., Any], owner: type, parameter: str) -> frozenset[str]:
    """What a method of a class reads of one of its parameters; of `self` what stands in the object itself."""
    assert isinstance(method, FunctionType)
    return _reads(method, owner, parameter)


@cache
def _reads(function: FunctionType, owner: type | None, parameter: str) -> frozenset[str]:
    return frozenset(_Follower(function, owner).follow(parameter))


class _Follower:
    def __init__(self, function: FunctionType, owner: type | None) -> None:
        self._function = function
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        assert isinstance(tree, ast.FunctionDef)
        self._parameters = [argument.arg for argument in tree.args.args + tree.args.kwonlyargs]
        self._types = _hints(function)
        if owner is not None:
            self._types[self._parameters[0]] = owner
        self._body = tree.body
        self._parent = {
            child: node for part in self._body for node in ast.walk(part) for child in ast.iter_child_nodes(node)
        }

    def follow(self, parameter: str) -> Iterator[str]:
        for part in self._body:
            for node in ast.walk(part):
                if isinstance(node, ast.Name) and node.id == parameter:
                    yield from self._use(node)

    def _use(self, name: ast.Name) -> Iterator[str]:
        node: ast.expr = name
        path: list[str] = []
        while isinstance(parent := self._parent.get(node), ast.Attribute):
            path.append(parent.attr)
            node = parent
        if isinstance(parent, ast.Call) and node is parent.func and path:
            if len(path) > 1:  # of an attribute; what it reads of its own is part of what that is
                yield ".".join(path[:-1])
            else:
                yield from self._own_method(name, parent)
        elif path:
            yield ".".join(path)
        elif isinstance(parent, ast.Call) and node in parent.args:
            yield from self._by_name(parent) or self._handed(name, parent)
        else:
            raise CannotFollowError(f"{self._function.__qualname__}: {ast.unparse(parent or name)}")

    def _own_method(self, name: ast.Name, call: ast.Call) -> Iterator[str]:
        """What a method of the parameter itself reads of it."""
        owner = self._types.get(name.id)
        assert isinstance(call.func, ast.Attribute)
        called = getattr(owner, call.func.attr, None)
        if not isinstance(called, FunctionType):
            raise CannotFollowError(f"{self._function.__qualname__}: {ast.unparse(call)}")
        yield from _reads(called, owner, next(iter(inspect.signature(called).parameters)))

    def _by_name(self, call: ast.Call) -> tuple[str, ...]:
        """The attribute that `getattr` takes of a parameter, where a function was made with its name."""
        if ast.unparse(call.func) != "getattr":
            return ()
        _, attribute = call.args
        name = self._named(attribute.id) if isinstance(attribute, ast.Name) else None
        if not isinstance(name, str):
            raise CannotFollowError(f"{self._function.__qualname__}: {ast.unparse(call)}")
        return (name,)

    def _handed(self, name: ast.Name, call: ast.Call) -> Iterator[str]:
        place = call.args.index(name)
        if isinstance(call.func, ast.Attribute):
            owner = self._type(call.func.value)
            called, first = getattr(owner, call.func.attr, None), 1
        else:
            assert isinstance(call.func, ast.Name)
            owner, called, first = None, self._named(call.func.id), 0
        if not isinstance(called, FunctionType):
            raise CannotFollowError(f"{self._function.__qualname__}: {ast.unparse(call)}")
        yield from _reads(called, owner, list(inspect.signature(called).parameters)[place + first])

    def _named(self, name: str) -> object:
        nonlocals = inspect.getclosurevars(self._function).nonlocals
        return nonlocals.get(name, self._function.__globals__.get(name))

    def _type(self, expression: ast.expr) -> Any:
        """The class of an expression, as far as annotations say it."""
        if isinstance(expression, ast.Name):
            return self._types.get(expression.id)
        if isinstance(expression, ast.Attribute):
            owner = self._type(expression.value)
            # What a constructor is given as x stands in _x.
            hints = typing.get_type_hints(owner) | _hints(owner.__init__) if isinstance(owner, type) else {}
            return hints.get(expression.attr, hints.get(expression.attr.lstrip("_")))
        return None


def _hints(function: Any) -> dict[str, Any]:
    return typing.get_type_hints(function) if isinstance(function, FunctionType) else {}
