"""Media workers: processes of their own that take part in calls where sound has to pass through the server.

Nothing of ours is imported here: a worker knows rooms, legs and sound, and nothing of applications, people or the store. A room
is made for a call; legs (browsers by WebRTC, phones by RTP or by a provider's media stream) hear each other there. Two browsers
with nothing between them are passed through packet by packet; everything else is mixed, 20 ms at a time.

Starting one
------------
`MEDIA_TOKEN=… python -m media --folder RECORDINGS [--sounds FOLDER] [--legs 30] [--host 127.0.0.1] [--port 0] [--address IP]…
[--ports 40000-40999] [--cpu-limit 70] [--lag-limit 10] [--grace 3600]` prints one line of JSON, `{"url", "pid"}`, when it can be
asked. It ends at once when its standard input (a pipe) is closed, and after the last call on SIGTERM. `python -m media recover
--folder RECORDINGS` finishes what killed workers left behind; every worker does so when it starts. `python -m
media.sound.brought IN OUT --seconds N` makes of anybody's sound file one that can be given to a worker.

The control door
----------------
Every request shows `Authorization: Bearer MEDIA_TOKEN`. Bodies are JSON objects of 256 KB at most, but for sounds. A refusal is
`{code, message}` and has changed nothing: 400 `invalid`, `bad_sdp`, `sound_too_long`, `bad_sound`; 401 `unauthorized`; 404
`no_room`, `no_leg`, `no_sound`; 409 `other_kind`, `too_late`, `connected`, `no_digits`, `recording`, `recorded`; 413 `too_large`;
503 `busy`, `no_port`; 507 `disk`. Names of rooms, legs, sounds and recordings have 1 to 80 of A-Z a-z 0-9 _ - . and do not begin
with a dot; a recording's may have folders (`acme/call_7`).

    GET    /load                              → {run, rooms, legs, limit, cpu, lag_ms, draining}: cpu in percent of a core
    GET    /rooms/R                           → {room, legs: [leg…], passing, plays: [{play, sound, to}],
                                                 played: [names of the sounds that ended], recording: {name, state} | null}
    PUT    /rooms/R           {legs?, record?: {name}}   201 new, 200 known. Promises room for `legs` legs (2), so that no call
                              gets half of them; 503 busy when these are not there, or, for a new room, CPU or delay are above
                              their limits
    DELETE /rooms/R           ends the call: legs are closed, the recording is finished
    POST   /rooms/R/legs/L/offer       {sdp, side, hears?, heard?, muted?, held?, ice?: [{urls, username?, credential?}]} → {sdp}
                              the answer with all candidates. A new offer of the same leg makes a new connection, and the old one
                              goes on until that stands (which is how a network change or an ICE restart works)
    POST   /rooms/R/legs/L/candidates  {candidate, sdpMid, sdpMLineIndex}; an empty candidate ends them
    POST   /rooms/R/legs/L/rtp         {codec?: PCMU | PCMA, remote?: [address, port], dtmf?: payload type (101) | null, side?} →
                              {host, port}; again with other values it takes them over and keeps its socket
    GET    /rooms/R/legs/L/stream      a WebSocket with the frames of Twilio or Telnyx; ?side= (phone)
    POST   /rooms/R/legs/L/dtmf        {digits} → 202; keys are sent one after the other
    PATCH  /rooms/R/legs/L             {muted?, held?, hears?, heard?, remote?} → leg
    DELETE /rooms/R/legs/L
    POST   /rooms/R/play               {sound, to?: [L…], loop?} → {play, seconds}; without `to` everybody hears it, now and later
    DELETE /rooms/R/play               ?to=L&to=…: ends what these hear; all without it
    POST   /rooms/R/recording          {state: on | paused | off, name}
    PUT    /sounds/S                   bytes of Ogg with Opus, 4 MB at most → {seconds}: can be played by the name S as long as the
                              worker has room for it; 404 `no_sound` says that it has to be given again
    GET    /events?after=N             numbered lines of JSON, kept for an hour or so; an empty line each 15 s of silence. The
                              header X-Run tells runs apart. `{"type": "gap"}` comes first when N is from another run or too old

A leg is shown as `{leg, kind: browser | phone | stream, side, up, muted, held, hears, heard}`. Its `side` is contact,
agent, supervisor or phone. `hears` and `heard` say whose sound reaches it and whom its sound reaches: all, none, a side, a
leg, or a list of these. A supervisor begins with `heard: none`; `heard: "agent"` is whispering, `heard: "all"` is barging
in. A leg that is held hears and says nothing, but is played to. Sounds that come along are hold, consent, beep, ringing and
voicemail; others were given to the worker, or lie in its folder of sounds and are named by their path there. A sound is laid
over what a leg hears.

Events are `{id, type, at, …}`, `at` in milliseconds of the wall clock, and `room` and `leg` where they belong to one:
leg.up {replaced}, leg.down {reason: lost | never_connected | stopped}, leg.dtmf {digit}, leg.mark {name} (a provider has
played what it was sent), leg.silent {seconds} (a phone that sends nothing), leg.quality {received, lost, jitter_ms, rtt_ms}
every five seconds, play.done {play, sound, reason: ended | stopped | replaced}, recording.closed {name, seconds, began_ms,
files: [{leg, side, file, offset_ms, seconds}], recovered?} when the legs' files are whole, recording.mixed {name, file,
peaks, seconds} when the file of all legs and the waveform (`{seconds, peaks: up to 1000 of 0-100}`) are there too,
recording.failed {name, reason: disk_full | disk: … | fault: … | mixing: …} when it could not go on (the call does), room.failed (a
fault of ours; the call needs a new room), room.deserted (nobody came to it within a minute, or nobody was connected for a
quarter of an hour: it is ended), and draining.

Contacts, agents and phones are recorded, and of them what others may hear: nothing of a muted or held leg, nothing of a
whisper, nothing said while the recording is paused.
"""
