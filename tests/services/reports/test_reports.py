"""The reference workload keeps its promises: over HTTP, through the queue, and when it is told to stop."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from emulator.daemon import ROOT
from tests.services.reports.conftest import MakeQueue, Process, Queue, Start, answers, eventually

pytestmark = pytest.mark.emulator


def finished(url: str) -> dict[str, object]:
    """The report at `url`, once it is written."""
    return dict(eventually(lambda: (found := httpx.get(url).json())["status"] == "finished" and found))


def test_a_report_is_asked_for_written_and_read(api: Process) -> None:
    asked = httpx.post(f"{api.url}/reports", json={"text": "The quick brown fox wouldn't jump"})
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting")
    report = finished(f"{api.url}{asked.headers['location']}")
    assert (report["words"], report["longest_word"]) == (6, "wouldn't")
    assert httpx.get(f"{api.url}/reports", params={"limit": 1}).json()["reports"][0]["id"] == report["id"]


def test_a_finished_report_is_served_from_the_cache_and_without_it(api: Process, start: Start) -> None:
    asked = httpx.post(f"{api.url}/reports", json={"text": "cached"}).json()
    report = finished(f"{api.url}/reports/{asked['id']}")
    assert httpx.get(f"{api.url}/reports/{asked['id']}").json() == report
    without = start("api", CACHE_CACHE_PORT="1")
    eventually(lambda: answers(without.url))
    assert httpx.get(f"{without.url}/reports/{asked['id']}").json() == report
    assert without.said("the cache does not answer")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/reports", {}, 400, "text: Field required"),
        ("POST", "/reports", {"text": ""}, 400, "text: String should have at least 1 character"),
        ("POST", "/reports", {"text": 7}, 400, "text: Input should be a valid string"),
        ("POST", "/reports", {"text": "a", "more": 1}, 400, "more: Extra inputs are not permitted"),
        ("POST", "/reports", {"text": "a" * 20_001}, 400, "text: String should have at most 20000 characters"),
        ("POST", "/reports", {"text": "a" * 200_000}, 413, "a body has a length of at most 100000 bytes"),
        ("GET", "/reports?limit=0", None, 400, "limit: Input should be greater than or equal to 1"),
        ("GET", "/reports/7", None, 400, "report_id: Input should be a valid UUID"),
        ("GET", "/reports/00000000-0000-4000-8000-000000000000", None, 404, "no report has the id"),
        ("GET", "/nowhere", None, 404, "Not Found"),
        ("DELETE", "/reports", None, 405, "Method Not Allowed"),
    ],
)
def test_what_makes_no_sense_is_refused_and_said_why(  # noqa: PLR0917
    api: Process, method: str, path: str, body: object, status: int, said: str
) -> None:
    answer = httpx.request(method, f"{api.url}{path}", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]
    assert "Traceback" not in answer.text


def test_a_text_that_cannot_be_read_ends_among_the_dead_letters(api: Process, queue: Queue) -> None:
    asked = httpx.post(f"{api.url}/reports", json={"text": "1 2 3"}).json()
    assert asked["id"] in eventually(queue.dead)
    assert httpx.get(f"{api.url}/reports/{asked['id']}").json()["status"] == "waiting"


def test_a_bad_message_does_not_stop_the_others(api: Process, worker: Process, queue: Queue) -> None:
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody="no id")
    asked = httpx.post(f"{api.url}/reports", json={"text": "still works"}).json()
    finished(f"{api.url}/reports/{asked['id']}")
    assert "no id" in {line["report"] for line in worker.said("could not write the report")}
    assert worker.popen.poll() is None


def test_a_message_that_comes_twice_changes_nothing(api: Process, worker: Process, queue: Queue) -> None:
    asked = httpx.post(f"{api.url}/reports", json={"text": "once"}).json()
    report = finished(f"{api.url}/reports/{asked['id']}")
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody=asked["id"])
    eventually(lambda: worker.said("nothing to do"))
    assert httpx.get(f"{api.url}/reports/{asked['id']}").json() == report


def test_requests_that_are_under_way_are_answered_before_it_stops(start: Start, worker: Process) -> None:
    own = start("api")
    eventually(lambda: answers(own.url))
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(httpx.post, f"{own.url}/reports", json={"text": "the last"}) for _ in range(20)]
        eventually(lambda: own.said("request"))
        assert own.stop() == 0
        answered = [one.result().status_code for one in asked if one.exception() is None]
    assert answered
    assert set(answered) == {202}
    assert own.said("stopped")
    assert worker.popen.poll() is None


def test_the_worker_stops_when_it_is_asked_to_and_loses_nothing(start: Start, make_queue: MakeQueue) -> None:
    queue = make_queue().url
    api, worker = start("api", QUEUE_REPORTS_URL=queue), start("worker", QUEUE_REPORTS_URL=queue)
    eventually(lambda: answers(api.url) and worker.said("starting"))
    asked = [httpx.post(f"{api.url}/reports", json={"text": "many of them"}).json()["id"] for _ in range(15)]
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 8
    start("worker", QUEUE_REPORTS_URL=queue)
    for report_id in asked:
        finished(f"{api.url}/reports/{report_id}")


def test_it_is_ready_when_its_database_answers(start: Start, worker: Process) -> None:
    lost = start("api", DATABASE_MAIN_PORT="1")
    eventually(lambda: answers(lost.url))
    assert httpx.get(f"{lost.url}/ready").status_code == 500
    assert lost.popen.poll() is None
    assert worker.popen.poll() is None


def test_the_probe_says_whether_the_api_is_up(api: Process) -> None:
    def probe(port: str) -> int:
        environment = {"PORT": port, "PYTHONPATH": str(ROOT / "services")}
        return subprocess.run([sys.executable, "-m", "reports.probe"], env=environment, check=False).returncode

    assert probe(api.url.rpartition(":")[2]) == 0
    assert probe("1") == 1


def test_every_line_of_the_log_is_json_and_tells_of_the_request(api: Process) -> None:
    httpx.get(f"{api.url}/reports", headers={"x-amzn-trace-id": "Root=1-abc"})
    (line,) = eventually(lambda: [line for line in api.said("request") if line["trace"]])
    assert {"timestamp", "level", "service", "duration_ms"} <= line.keys()
    assert (line["method"], line["path"], line["status"], line["trace"]) == ("GET", "/reports", 200, "Root=1-abc")


@pytest.mark.parametrize(("name", "value", "said"), [("PORT", "http", "PORT must be a number, got http")])
def test_a_wrong_variable_is_named(start: Start, name: str, value: str, said: str) -> None:
    process = start("api", **{name: value})
    assert process.popen.wait(20) == 2
    assert said in process.log.read_text()
