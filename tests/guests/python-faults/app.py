"""Goes wrong as the config key `behaviour` says, in the ways in which programs in Python do."""

from wit_world import exports
from wit_world.exports.validator import Verdict, Verdict_Pass
from wit_world.imports import http, store


def price(cart):
    return len(cart["items"])


class Validator(exports.Validator):
    def validate(self) -> Verdict:
        behaviour = store.get("behaviour")
        held = []
        if behaviour == "panic":
            price({})
        while behaviour == "loop":
            pass
        while behaviour == "memory":
            held.append(bytearray(b"1") * (1 << 20))
        http.fetch(http.Request("GET", "https://denied.example.com/", [], b"", None))
        return Verdict_Pass()
