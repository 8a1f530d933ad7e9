"""No address of a feed leads into the machine or the network that it stands in."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.fetch.client import Network
from etl.fetch.guard import Deadline, DeadlineSocket, NoConnection, connect, refusal
from etl.fetch.model import Ask, FetchProblem
from tests.test_fetch_client import CLOCK, Time
from tests.web import Reply, Web, redirect, web_fixture, webs_fixture  # noqa: F401

INNER = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    *(
        "192.0.0.0/24",
        "192.0.2.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ),
]
INNER_6 = [
    *("::1/128", "::/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32", "2002::/16", "2001::/32"),
    *("64:ff9b:1::/48", "100::/64", "::/96", "3fff::/20", "5f00::/16"),
]


def inside(*networks: str) -> st.SearchStrategy:
    """Any address of the networks, their ends above all."""
    return st.sampled_from([ip_network(network) for network in networks]).flatmap(
        lambda network: st.integers(0, network.num_addresses - 1).map(lambda number: network[number])
    )


INNER_4 = inside(*INNER)


@given(INNER_4 | inside(*INNER_6))
def test_inner_addresses_are_refused(address):
    assert refusal(address)


@given(INNER_4, st.sampled_from(["::ffff:0:0", "64:ff9b::", "2002::", "::"]))
def test_inner_addresses_in_the_clothes_of_others_are_refused(address: IPv4Address, prefix: str):
    shift = 80 if prefix == "2002::" else 0
    assert refusal(IPv6Address(int(IPv6Address(prefix)) | int(address) << shift))


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_what_python_knows_as_special_is_refused_and_much_else(address):
    carried = isinstance(address, IPv6Address) and int(address) >> 32 in (0xFFFF, 0x64FF9B << 64)
    special = not address.is_global or address.is_multicast or address.is_loopback or address.is_link_local
    assert not special or carried or refusal(address)


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"),
        *("2606:4700::1111", "2001:4860:4860::8888"),
    ],
)
def test_public_addresses_may_be_asked(address: str):
    assert refusal(ip_address(address)) is None


def test_a_scope_changes_nothing():
    assert refusal(ip_address("fe80::1%eth0")) == "link-local"
    assert refusal(ip_address("::1%lo")) == "loopback"


@pytest.fixture
def network():
    with Network(contact="", seconds=30, clock=CLOCK, pace=Time().pace) as client:
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:127.0.0.1]"])
def test_names_and_numbers_of_this_machine(host: str, web: Web, network: Network):
    with pytest.raises(FetchProblem, match=r"^private: .*no address of the public internet"):
        network.get(Ask(f"http://{host}:{web.server_address[1]}/", "s"))
    assert web.seen == []


@pytest.mark.parametrize("host", ["169.254.169.254", "100.100.100.200", "[fd00:ec2::254]"])
def test_what_clouds_tell_their_machines_is_not_asked_for(host: str, network: Network):
    with pytest.raises(FetchProblem, match="private"):
        network.get(Ask(f"http://{host}/latest/meta-data/", "s"))


@pytest.fixture
def public(monkeypatch, webs) -> Web:
    """A server at a public address, as far as the guard can see: `public.test` is 93.184.216.34."""
    server = webs()
    real_connect, real_resolve = socket.socket.connect, socket.getaddrinfo

    def resolve(host: str, port: int, **options: object):
        return real_resolve("93.184.216.34" if host == "public.test" else host, port, **options)

    def to_server(self: DeadlineSocket, place: tuple[str, int]) -> None:
        real_connect(self, server.server_address if place[0] == "93.184.216.34" else place)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(DeadlineSocket, "connect", to_server, raising=False)
    return server


def test_redirect_from_outside_leads_to_nothing_inside(public: Web, web: Web, network: Network):
    web.on("/secret", Reply("secret"))
    public.on("/feed", redirect("/moved"))
    public.on("/moved", redirect(web.url("/secret")))
    with pytest.raises(FetchProblem, match="private"):
        network.get(Ask("http://public.test/feed", "s"))
    assert (public.paths, web.paths) == (["/feed", "/moved"], [])


def test_redirect_within_is_followed_where_the_entry_allows_it(public: Web, web: Web, network: Network):
    public.on("/feed", redirect(web.on("/news", Reply("news"))))
    assert network.get(Ask("http://public.test/feed", "s", allow_private=True)).body == b"news"


def test_connection_of_a_trusted_source_is_not_lent_to_another(web: Web, network: Network):
    address = web.on("/", Reply("news"))
    network.get(Ask(address, "trusted", allow_private=True))
    with pytest.raises(FetchProblem, match="private"):
        network.get(Ask(address, "other"))
    assert len(web.seen) == 1


def found(*addresses: str) -> list[tuple]:
    """What getaddrinfo says of a host with these addresses."""
    return [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
        for address in addresses
    ]


@pytest.fixture
def dialled(monkeypatch) -> list[str]:
    """What would have been connected to; every attempt is refused."""
    places: list[str] = []

    def refuse(self: DeadlineSocket, place: tuple[str, int]) -> None:
        places.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(DeadlineSocket, "connect", refuse, raising=False)
    return places


def test_name_that_changes_its_mind_gains_nothing(network: Network, dialled: list[str], monkeypatch):
    """It is resolved once for each connection, and what was checked is what is dialled."""
    answers = iter([found("93.184.216.34"), found("127.0.0.1")])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: next(answers))
    with pytest.raises(FetchProblem, match="private"):
        network.get(Ask("http://rebinding.test/", "s"))
    assert dialled == ["93.184.216.34"], "dialled what was checked; what it said next was checked, too"


def test_of_several_addresses_only_public_ones_are_dialled(dialled: list[str], monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found("10.0.0.1", "1.1.1.1", "::1", "8.8.8.8"))
    with pytest.raises(NoConnection, match="refuses"):
        connect("news.test", 80, allow_private=False, deadline=Deadline(lambda: 0.0, until=5.0))
    assert dialled == ["1.1.1.1", "8.8.8.8"]


def test_no_address_is_dialled_after_the_deadline(dialled: list[str], monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found("1.1.1.1"))
    with pytest.raises(NoConnection) as caught:
        connect("news.test", 80, allow_private=False, deadline=Deadline(lambda: 6.0, until=5.0))
    assert (caught.value.reason, dialled) == ("timeout", [])


def test_unreachable_network_is_named(network: Network, dialled: list[str], monkeypatch):
    def unreachable(self: DeadlineSocket, place: tuple[str, int]) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found("1.1.1.1"))
    monkeypatch.setattr(DeadlineSocket, "connect", unreachable, raising=False)
    with pytest.raises(FetchProblem, match=r"^unreachable: .*Network is unreachable"):
        network.get(Ask("http://news.test/", "s"))
