"""A browser's connection: ICE, DTLS and SRTP are aiortc's; packets go in and out as they are, no thread and no queue between."""
