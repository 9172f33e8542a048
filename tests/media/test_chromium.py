"""Two real browsers talk through a media worker: tones by Web Audio, heard by Web Audio, and keys by the browser's own sender."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, async_playwright

from tests.support.browser import QUIET, chromium
from tests.support.tones import PATIENCE, MediaWorker, media_worker

VERA, ADA = 440, 1000
PHONE = """
async pitch => {
    const sound = new AudioContext();
    const tone = new OscillatorNode(sound, {frequency: pitch}), out = sound.createMediaStreamDestination();
    tone.connect(new GainNode(sound, {gain: 0.3})).connect(out);
    tone.start();
    window.pc = new RTCPeerConnection();
    window.sender = pc.addTrack(out.stream.getTracks()[0], out.stream);
    pc.addTransceiver('video');
    const ear = new AnalyserNode(sound, {fftSize: 8192});
    pc.ontrack = ({track, streams}) => {
        if (track.kind !== 'audio') return;
        const stream = streams[0] ?? new MediaStream([track]);
        const player = new Audio();  // Chromium decodes a remote track only while something plays it
        player.muted = true;
        player.srcObject = stream;
        player.play();
        sound.createMediaStreamSource(stream).connect(ear);
    };
    window.loudest = () => {
        const bins = new Float32Array(ear.frequencyBinCount);
        ear.getFloatFrequencyData(bins);
        const best = bins.indexOf(Math.max(...bins));
        return bins[best] < -60 ? 0 : best * sound.sampleRate / ear.fftSize;
    };
    await pc.setLocalDescription(await pc.createOffer());
    await new Promise(done => {
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
        if (pc.iceGatheringState === 'complete') done();
    });
    return pc.localDescription.sdp;
}
"""


async def join(worker: MediaWorker, page: Page, leg: str, side: str, pitch: int) -> str:
    """Connect a page and return the answer."""
    sdp = await page.evaluate(PHONE, pitch)
    answer = await worker.do("POST", f"/rooms/call/legs/{leg}/offer", {"sdp": sdp, "side": side})
    await page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer["sdp"])
    await worker.event("leg.up", leg=leg)
    return answer["sdp"]


async def hears(page: Page, pitch: int) -> None:
    """Wait until the loudest tone is this one."""
    heard = -1.0
    try:
        async with asyncio.timeout(PATIENCE):
            while abs((heard := await page.evaluate("loudest()")) - pitch) > 15:
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"wanted {pitch} Hz, heard {heard}") from None


@pytest.mark.annex("H5", "P7")
async def test_two_browsers_hear_each_other_passed_through_and_mixed_and_are_recorded(tmp_path):
    async with async_playwright() as playwright, media_worker(tmp_path) as worker:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=[*QUIET, "--autoplay-policy=no-user-gesture-required"]
        )
        await worker.do("PUT", "/rooms/call", {"record": {"name": "call"}})
        vera, ada = await browser.new_page(), await browser.new_page()
        answer = await join(worker, vera, "vera", "contact", VERA)
        assert "m=video 0" in answer or "a=inactive" in answer.partition("m=video")[2]
        await join(worker, ada, "ada", "agent", ADA)
        await hears(vera, ADA)
        await hears(ada, VERA)
        assert (await worker.do("GET", "/rooms/call"))["passing"]
        await vera.evaluate("sender.dtmf.insertDTMF('12#', 70, 50)")
        await worker.event("leg.dtmf", leg="vera", digit="#")
        assert [e["digit"] for e in worker.events if e["type"] == "leg.dtmf"] == ["1", "2", "#"]
        await worker.do("PATCH", "/rooms/call/legs/ada", {"hears": "none"})
        await hears(ada, 0)
        await worker.do("PATCH", "/rooms/call/legs/ada", {"hears": "all"})
        # While something is played to one of them both are mixed, and hear each other as before.
        await worker.do("POST", "/rooms/call/play", {"sound": "beep", "to": ["ada"], "loop": True})
        await hears(vera, ADA)
        await worker.do("DELETE", "/rooms/call/play")
        await hears(ada, VERA)
        await worker.do("DELETE", "/rooms/call")
        closed = await worker.event("recording.closed", name="call")
        assert {one["leg"] for one in closed["files"]} == {"vera", "ada"}
        await worker.event("recording.mixed", name="call")
        await browser.close()
