"""Who is counted by address: by their line, for whoever has an IPv6 line has 2^64 addresses and could try from each of them."""

from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address, IPv6Network
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LINE_BITS = 64  # what a provider gives to one line at the least (RFC 6177)


def by_line(app: WSGIApplication) -> WSGIApplication:
    """Let an application see the line of whoever asks in place of the address."""

    def told(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = line_of(environ.get("REMOTE_ADDR", ""))
        return app(environ, start_response)

    return told


def line_of(address: str) -> str:
    """Name the line of an address: the network of an IPv6 one, any other as it is."""
    if ":" not in address:
        return address
    try:
        whole = IPv6Address(address)
    except AddressValueError:
        return address
    return str(whole.ipv4_mapped or IPv6Network((whole, LINE_BITS), strict=False).network_address)
