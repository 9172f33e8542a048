"""`python -m media`: run a worker, or finish what killed ones left (`python -m media recover --folder …`)."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import signal
import stat
import sys
import traceback
from pathlib import Path

from aiohttp import web

from media import addresses
from media.door import Door
from media.recording import recover
from media.webrtc.transport import install
from media.worker import Limits, Worker


def main() -> None:
    """Read the arguments, then work until the parent is gone or SIGTERM and the last call have come."""
    given = _arguments()
    if given.what == "recover":
        for event in recover.recover(given.folder):
            print(json.dumps(event), flush=True)
        return
    token = os.environ.get("MEDIA_TOKEN", "")
    if len(token) < 16:
        raise SystemExit("MEDIA_TOKEN must hold the token that requests have to show, 16 characters or more.")
    given.folder.mkdir(parents=True, exist_ok=True)
    install()
    gc.collect()
    gc.freeze()  # libraries stay; worker.py collects what calls leave
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_to_the_end(given, token))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m media", description="Run a media worker.")
    parser.add_argument("what", nargs="?", choices=["serve", "recover"], default="serve")
    parser.add_argument("--host", default="127.0.0.1", help="where the control door listens, and phones' RTP is taken")
    parser.add_argument("--port", type=int, default=0, help="port of the control door; 0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="where recordings are written")
    parser.add_argument("--sounds", type=Path, help="folder of sounds that may be played by their path")
    parser.add_argument("--legs", type=int, default=30, help="how many legs the worker takes (30)")
    parser.add_argument(
        "--cpu-limit", type=float, default=70, help="percent of a core above which no new room is made (70)"
    )
    parser.add_argument(
        "--lag-limit", type=float, default=10, help="milliseconds of delay above which no new room is made (10)"
    )
    parser.add_argument(
        "--address", action="append", help="address that sound comes and goes by; all but loopback without it"
    )
    parser.add_argument("--ports", help="UDP ports for sound, as 40000-40999; any without it")
    parser.add_argument("--grace", type=float, default=3600, help="seconds that calls may go on after SIGTERM (3600)")
    return parser.parse_args()


async def _to_the_end(given: argparse.Namespace, token: str) -> None:
    """Work, then end for certain, however it went.

    A connection that was cut at a bad moment leaves tasks in aiortc that no cancellation ends: asyncio.run would wait for them
    for good, with the locks of recordings in its hands, and nobody could finish these.
    """
    code = 1
    try:
        await run(given, token)
        code = 0
    except BrokenPipeError:
        pass  # the parent was gone before we were ready
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(code)


async def run(given: argparse.Namespace, token: str) -> None:
    """Open the door, say where, and wait for the end."""
    loop = asyncio.get_running_loop()
    addresses.choose(loop, given.address, given.ports)
    limits = Limits(given.legs, given.cpu_limit, given.lag_limit)
    worker = Worker(given.folder, given.sounds, limits, given.address[0] if given.address else given.host)
    runner = web.AppRunner(Door(worker, token).application(), handle_signals=False, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, given.host, given.port)
    await site.start()
    tasks = [asyncio.ensure_future(worker.beat.run()), asyncio.ensure_future(worker.shelf.work())]
    over, told = asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, told.set)
    _watch_parent(loop, over)
    host, port = runner.addresses[0][:2]
    print(json.dumps({"url": f"http://{host}:{port}", "pid": os.getpid()}), flush=True)
    ending = [asyncio.ensure_future(over.wait()), asyncio.ensure_future(_drained(worker, told, given.grace))]
    await asyncio.wait([*ending, *tasks], return_when=asyncio.FIRST_COMPLETED)
    await worker.close()
    for task in (*tasks, *ending):
        task.cancel()
    failed = [
        outcome for outcome in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(outcome, Exception)
    ]
    await runner.cleanup()
    if failed:
        raise failed[0]


async def _drained(worker: Worker, told: asyncio.Event, grace: float) -> None:
    """Return some time after SIGTERM: when the last call is over, or patience is."""
    await told.wait()
    worker.draining = True
    worker.feed.tell("draining")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace):
            await worker.empty.wait()


def _watch_parent(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    """End with the parent: it holds the other end of our standard input. A terminal or /dev/null says nothing."""
    kind = os.fstat(sys.stdin.fileno()).st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind)):
        return

    def read() -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            loop.remove_reader(sys.stdin.fileno())
            over.set()

    loop.add_reader(sys.stdin.fileno(), read)


if __name__ == "__main__":
    main()
