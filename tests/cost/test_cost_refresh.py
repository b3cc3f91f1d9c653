"""A refresh reads the price list's own shape, is all or nothing, and never guesses."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from infra.cost.offers import REGIONAL, WORLDWIDE
from infra.cost.price_list import NotOfferedError, PriceListError, parse, url_of
from infra.cost.prices import FILE, default_book, read
from infra.cost.refresh import LARGEST_FACTOR, dump, refresh

ABOUT = """"FormatVersion","v1.0"
"Disclaimer","This pricing list is for informational purposes only."
"Publication Date","2026-11-18T12:44:25Z"
"Version","20261118124425"
"OfferCode","{service}"
"""
HEADER = '"SKU","OfferTermCode","TermType","StartingRange","EndingRange","Unit","PricePerUnit","Currency",'
HEADER += '"usageType","operation"\n'

Row = tuple[str, str, str, str]
Offers = Mapping[str, list[Row]]


def offer_file(service: str, rows: Iterable[Row]) -> str:
    """An offer file in AWS's shape; rows are (usage type, operation, starting range, price)."""
    body = "".join(
        f'"SKU{number}","JRTCKXETXF","OnDemand","{start}","Inf","Hrs","{usd}","USD","{kind}","{operation}"\n'
        for number, (kind, operation, start, usd) in enumerate(rows)
    )
    reserved = '"SKUR","X","Reserved","","","Hrs","0.0001","USD","NatGateway-Hours","NatGateway"\n'
    return ABOUT.format(service=service) + HEADER + body + reserved


def price_list(offers: Offers) -> Callable[[str], AbstractContextManager[Iterable[str]]]:
    """The price list on the network, with these offer files and every other one empty."""

    @contextmanager
    def open_url(url: str) -> Iterator[Iterable[str]]:
        service, _, rest = url.partition("/aws/")[2].partition("/current/")
        region = rest.removesuffix("index.csv").strip("/")
        yield iter(offer_file(service, offers.get(f"{service} {region}".strip(), [])).splitlines(keepends=True))

    return open_url


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the committed price book."""
    copy = tmp_path / "prices.json"
    copy.write_text(FILE.read_text())
    return copy


def usd(book: Path, key: str, region: str = "us-east-1") -> float:
    found = read(book).find(key, region)
    assert found is not None
    return found.usd


def test_a_changed_price_is_taken_over_with_its_source_and_day(book: Path) -> None:
    offers = {"AmazonEC2 us-east-1": [("NatGateway-Hours", "NatGateway", "0", "0.0470000000")]}
    outcome = refresh(price_list(offers), regions=["us-east-1"], file=book)
    price = read(book).find("nat_gateway.hour", "us-east-1")
    assert price is not None
    assert (price.usd, price.day.isoformat()) == (0.047, "2026-11-18")
    assert "price list" in price.source
    assert outcome.changed == ["nat_gateway.hour in us-east-1: 0.045 became 0.047"]


@pytest.mark.parametrize("usage_type", ["Request", "USE1-Request", "us-east-1-Request", "EU-Request", "APN1-Request"])
def test_the_prefix_of_a_region_does_not_matter(usage_type: str, book: Path) -> None:
    offers = {"AWSLambda us-east-1": [(usage_type, "", "0", "0.00000025")]}
    refresh(price_list(offers), regions=["us-east-1"], file=book)
    assert usd(book, "lambda.requests") == 0.25


@pytest.mark.parametrize("usage_type", ["Lambda-Edge-Request", "USE1-Lambda-Edge-Request", "Request-ARM"])
def test_a_usage_type_that_only_looks_alike_is_another_price(usage_type: str, book: Path) -> None:
    offers = {"AWSLambda us-east-1": [(usage_type, "", "0", "0.0000006")]}
    outcome = refresh(price_list(offers), regions=["us-east-1"], file=book)
    assert usd(book, "lambda.requests") == 0.2
    assert "lambda.requests in us-east-1" in outcome.kept


def test_a_free_tier_is_not_a_price(book: Path) -> None:
    rows = [("TimedStorage-ByteHrs", "", "0", "0"), ("TimedStorage-ByteHrs", "", "25", "0.26")]
    refresh(price_list({"AmazonDynamoDB us-east-1": rows}), regions=["us-east-1"], file=book)
    assert usd(book, "dynamodb.storage") == 0.26


def test_the_first_tier_counts(book: Path) -> None:
    rows = [("CW:MetricMonitorUsage", "", "10000", "0.1"), ("CW:MetricMonitorUsage", "", "0", "0.31")]
    refresh(price_list({"AmazonCloudWatch us-east-1": rows}), regions=["us-east-1"], file=book)
    assert usd(book, "cw.metric") == 0.31


def test_balancers_of_a_kind_are_told_apart_by_operation(book: Path) -> None:
    rows = [
        ("LoadBalancerUsage", "LoadBalancing:Application", "0", "0.023"),
        ("LoadBalancerUsage", "LoadBalancing:Network", "0", "0.024"),
    ]
    refresh(price_list({"AWSELB us-east-1": rows}), regions=["us-east-1"], file=book)
    assert (usd(book, "alb.hour"), usd(book, "nlb.hour")) == (0.023, 0.024)


def test_two_prices_for_one_key_are_none(book: Path) -> None:
    rows = [("NatGateway-Hours", "a", "0", "0.05"), ("USE1-NatGateway-Hours", "b", "0", "0.06")]
    outcome = refresh(price_list({"AmazonEC2 us-east-1": rows}), regions=["us-east-1"], file=book)
    assert usd(book, "nat_gateway.hour") == 0.045
    assert "nat_gateway.hour in us-east-1" in outcome.kept


def test_a_leap_is_reported_and_not_taken(book: Path) -> None:
    leap = 0.045 * LARGEST_FACTOR * 1.01
    rows = [("NatGateway-Hours", "", "0", f"{leap}")]
    outcome = refresh(price_list({"AmazonEC2 us-east-1": rows}), regions=["us-east-1"], file=book)
    assert usd(book, "nat_gateway.hour") == 0.045
    assert outcome.suspicious == [f"nat_gateway.hour in us-east-1: 0.045 became {leap:g}"]


def test_a_price_that_was_missing_in_a_region_is_added(book: Path) -> None:
    assert default_book().find("nat_gateway.hour", "us-west-2") is None
    rows = [("USW2-NatGateway-Hours", "", "0", "0.045")]
    outcome = refresh(price_list({"AmazonEC2 us-west-2": rows}), regions=["us-west-2"], file=book)
    assert usd(book, "nat_gateway.hour", "us-west-2") == 0.045
    assert outcome.added == ["nat_gateway.hour in us-west-2"]


def test_a_worldwide_price_comes_from_the_file_of_all_regions(book: Path) -> None:
    rows = [("HostedZone", "", "0", "0.6"), ("USE1-HostedZone", "", "0", "9")]
    refresh(price_list({"AmazonRoute53": rows}), regions=["us-east-1"], file=book)
    assert usd(book, "route53.zone") == 0.6


def test_without_a_network_nothing_changes(book: Path) -> None:
    before = book.read_bytes()

    @contextmanager
    def offline(url: str) -> Iterator[Iterable[str]]:
        raise PriceListError(f"{url} cannot be reached")
        yield  # a context manager has to

    with pytest.raises(PriceListError, match="cannot be reached"):
        refresh(offline, regions=["us-east-1"], file=book)
    assert book.read_bytes() == before


def test_a_service_that_a_region_does_not_offer_keeps_its_prices(book: Path) -> None:
    whole = price_list({})

    @contextmanager
    def nothing_of_s3(url: str) -> Iterator[Iterable[str]]:
        if "/AmazonS3/" in url:
            raise NotOfferedError(url)
        with whole(url) as lines:
            yield lines

    outcome = refresh(nothing_of_s3, regions=["us-east-1"], file=book)
    assert "s3.standard in us-east-1" in outcome.kept
    assert usd(book, "s3.standard") == 0.023


def test_a_network_that_fails_half_way_changes_nothing(book: Path) -> None:
    before = book.read_bytes()
    whole = price_list({"AmazonEC2 us-east-1": [("NatGateway-Hours", "", "0", "0.05")]})

    @contextmanager
    def breaks(url: str) -> Iterator[Iterable[str]]:
        if "AmazonS3" in url:
            raise PriceListError("the connection broke")
        with whole(url) as lines:
            yield lines

    with pytest.raises(PriceListError):
        refresh(breaks, regions=["us-east-1"], file=book)
    assert book.read_bytes() == before
    assert list(book.parent.iterdir()) == [book]


@pytest.mark.parametrize("text", ["", "<html>sign in</html>\n", "a,b\n" * 9])
def test_an_answer_that_is_no_offer_file_is_refused(text: str) -> None:
    with pytest.raises(PriceListError, match="is no offer file"):
        parse(text.splitlines(keepends=True), name="https://example.com/index.csv")


def test_an_offer_file_without_the_columns_is_refused_by_column() -> None:
    text = ABOUT.format(service="X") + '"SKU","TermType"\n'
    with pytest.raises(PriceListError, match="no column StartingRange, PricePerUnit, Currency, usageType"):
        parse(text.splitlines(keepends=True), name="X")


def test_large_offer_files_are_read_line_by_line() -> None:
    def endless() -> Iterator[str]:
        yield from (ABOUT.format(service="X") + HEADER).splitlines(keepends=True)
        yield '"S","T","OnDemand","0","Inf","Hrs","0.1","USD","NatGateway-Hours",""\n'
        raise AssertionError("read further than asked")

    assert next(parse(endless(), name="X").products).usd == 0.1


def test_the_committed_book_is_written_as_a_refresh_writes_it() -> None:
    assert dump(default_book().raw) == FILE.read_text()
    assert json.loads(dump(default_book().raw)) == default_book().raw


def test_every_offer_renews_a_row_of_the_book() -> None:
    assert set(REGIONAL) | set(WORLDWIDE) <= set(default_book().keys())


def test_addresses_are_those_of_the_public_price_list() -> None:
    base = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
    assert url_of("AmazonEC2", "eu-west-1") == f"{base}/AmazonEC2/current/eu-west-1/index.csv"
    assert url_of("AmazonRoute53", None) == f"{base}/AmazonRoute53/current/index.csv"
