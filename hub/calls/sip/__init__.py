"""A small SIP user agent (RFC 3261): calls over the trunk of a phone provider. It signals; sound goes elsewhere by RTP.

From bytes to a call
    message.py       a request or an answer, read from bytes and written as such, within limits
    address.py       what stands in headers: addresses, URIs, Via
    wire.py          the socket: UDP, or TCP to the provider; who may send, and what was dropped
    transactions.py  a request and its answers: sent again until heard, answered once (RFC 3261, section 17)
    serving.py       the same from the other side: requests that came
    digest.py        passwords that are proven and not sent (RFC 8760, RFC 7616)
    dialog.py        two who talk: tags, sequence numbers, the way back
    sdp.py           where sound goes and in which codec
    call.py          one call; calling.py those that we begin, called.py those that reach us, changing.py holding
    registration.py  says to the provider where calls reach us, again and again
    trunk.py         the public face: `Trunk`

It starts no tasks: whoever makes a `Trunk` hands in `spawn`. Times come from the loop's clock and from `timers.py`.
"""
