"""The WSDL 1.1 of a service, made of the messages themselves: with a binding and a port for SOAP 1.2 and for SOAP 1.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from mzsim.server.soap.shapes import SIMPLE, Field, fields_of

_SOAP_11, _SOAP_12 = "http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"
SOAP_11_SUFFIX = "Soap11"
"""What the name of a service ends with where it is spoken to in SOAP 1.1."""


class Described(NamedTuple):
    """A service: its name, its namespace, and of each operation its name, its request and its response."""

    name: str
    namespace: str
    operations: Sequence[tuple[str, type[Any], type[Any]]]


def wsdl(service: Described, address: str) -> str:
    """The WSDL of a service, which is reached in SOAP 1.2 at this URL and in 1.1 at the same with `Soap11` behind it."""
    return "\n".join(_lines(service, address)) + "\n"


def _lines(service: Described, address: str) -> Iterator[str]:
    name, namespace = service.name, service.namespace
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield f'<wsdl:definitions name="{name}" targetNamespace="{namespace}" xmlns:tns="{namespace}"'
    yield f'  xmlns:m="{namespace}:messages" xmlns:t="{namespace}:types" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    yield '  xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"'
    yield f'  xmlns:soap="{_SOAP_11}" xmlns:soap12="{_SOAP_12}">'
    yield "  <wsdl:types>"
    yield from _schemas(service)
    yield "  </wsdl:types>"
    for _, *messages in service.operations:
        for message in messages:
            yield f'  <wsdl:message name="{message.__name__}">'
            yield f'    <wsdl:part name="parameters" element="m:{message.__name__}"/>'
            yield "  </wsdl:message>"
    yield f'  <wsdl:portType name="{name}">'
    for operation, request, response in service.operations:
        yield f'    <wsdl:operation name="{operation}">'
        yield f'      <wsdl:input message="tns:{request.__name__}"/>'
        yield f'      <wsdl:output message="tns:{response.__name__}"/>'
        yield "    </wsdl:operation>"
    yield "  </wsdl:portType>"
    ports = (("soap12", name, address), ("soap", name + SOAP_11_SUFFIX, address + SOAP_11_SUFFIX))
    for prefix, port, _ in ports:
        yield from _binding(service, prefix, port)
    yield f'  <wsdl:service name="{name}">'
    for prefix, port, url in ports:
        yield f'    <wsdl:port name="{port}" binding="tns:{port}">'
        yield f"      <{prefix}:address location={quoteattr(url)}/>"
        yield "    </wsdl:port>"
    yield "  </wsdl:service>"
    yield "</wsdl:definitions>"


def _binding(service: Described, prefix: str, name: str) -> Iterator[str]:
    yield f'  <wsdl:binding name="{name}" type="tns:{service.name}">'
    yield f'    <{prefix}:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>'
    for operation, _, _ in service.operations:
        yield f'    <wsdl:operation name="{operation}">'
        yield f'      <{prefix}:operation soapAction="{service.namespace}/{operation}" style="document"/>'
        yield f'      <wsdl:input><{prefix}:body use="literal"/></wsdl:input>'
        yield f'      <wsdl:output><{prefix}:body use="literal"/></wsdl:output>'
        yield "    </wsdl:operation>"
    yield "  </wsdl:binding>"


def _schemas(service: Described) -> Iterator[str]:
    messages = [message for _, *pair in service.operations for message in pair]
    yield f'    <xs:schema targetNamespace="{service.namespace}:types" elementFormDefault="qualified">'
    for item, kind in sorted(_lists(messages).items()):
        element = f'<xs:element name="{item}" type="{kind}" minOccurs="0" maxOccurs="unbounded"/>'
        yield f'      <xs:complexType name="ArrayOf{item}"><xs:sequence>{element}</xs:sequence></xs:complexType>'
    for part in _parts(messages):
        yield from _type("      ", f'<xs:complexType name="{part.__name__}">', part, "</xs:complexType>")
    yield "    </xs:schema>"
    yield f'    <xs:schema targetNamespace="{service.namespace}:messages" elementFormDefault="qualified">'
    yield f'      <xs:import namespace="{service.namespace}:types"/>'
    for message in messages:
        begin = f'<xs:element name="{message.__name__}"><xs:complexType>'
        yield from _type("      ", begin, message, "</xs:complexType></xs:element>")
    yield "    </xs:schema>"


def _parts(messages: Sequence[type[Any]]) -> list[type[Any]]:
    """The types that messages are made of, each once, those within others first."""
    found: dict[type[Any], None] = {}
    for message in messages:
        for field in fields_of(message):
            if field.kind not in SIMPLE:
                found.update(dict.fromkeys([*_parts([field.kind]), field.kind]))
    return list(found)


def _lists(messages: Sequence[type[Any]]) -> dict[str, str]:
    """What stands in lists, by its name, with its type; all of it in the namespace of the types."""
    fields = (field for message in [*messages, *_parts(messages)] for field in fields_of(message))
    return {field.item: _kind(field) for field in fields if field.item is not None}


def _kind(field: Field) -> str:
    return SIMPLE.get(field.kind, f"t:{field.kind.__name__}")


def _type(indent: str, begin: str, message: type[Any], end: str) -> Iterator[str]:
    yield f"{indent}{begin}<xs:sequence>"
    for field in fields_of(message):
        yield f"{indent}  {_element(field)}"
    yield f"{indent}</xs:sequence>{end}"


def _element(field: Field) -> str:
    optional = "" if field.required else ' minOccurs="0"'
    if field.item is None:
        return f'<xs:element name="{field.name}" type="{_kind(field)}"{optional}/>'
    return f'<xs:element name="{field.name}" type="t:ArrayOf{field.item}"{optional}/>'
