"""`python -m bench.voice_stock FOLDER`: a call through a server as aiortc's examples build one, to compare with.

Reads offers as lines of JSON and answers each on a line. Two legs are joined by `MediaRelay` and recorded by `MediaRecorder`, which
decodes, encodes and writes on the loop.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRecorder, MediaRelay


async def main() -> None:
    """Answer two offers, then wait for the end of the input."""
    loop = asyncio.get_running_loop()
    relay = MediaRelay()
    connections: list[RTCPeerConnection] = []
    tracks: list[MediaStreamTrack] = []
    recorders: list[MediaRecorder] = []
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        pc.on("track", tracks.append)
        await pc.setRemoteDescription(RTCSessionDescription(json.loads(line)["sdp"], "offer"))
        pc.getTransceivers()[0].direction = "sendrecv"
        connections.append(pc)
        recorder = MediaRecorder(str(Path(sys.argv[1]) / f"{len(connections)}.ogg"))
        recorder.addTrack(relay.subscribe(tracks[-1]))
        recorders.append(recorder)
        if len(connections) == 2:
            for one, track in zip(connections, reversed(tracks), strict=True):
                one.getSenders()[0].replaceTrack(relay.subscribe(track))
        await pc.setLocalDescription(await pc.createAnswer())
        await recorder.start()
        print(json.dumps({"sdp": pc.localDescription.sdp}), flush=True)
    for recorder in recorders:
        await recorder.stop()
    for pc in connections:
        await pc.close()


if __name__ == "__main__":
    asyncio.run(main())
