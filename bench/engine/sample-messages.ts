/** Messages as phones send them. */
const sdp = `v=0
o=desk 2890844526 2890844526 IN IP4 192.0.2.15
s=-
c=IN IP4 192.0.2.15
t=0 0
m=audio 20000 RTP/AVP 9 8 0 101
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
`.replaceAll('\n', '\r\n');

export const invite = Buffer.from(
  `INVITE sip:0851234567@pbx.example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.15:5060;branch=z9hG4bK-524287-1---8a5b3c2d1e0f;rport
Max-Forwards: 70
Contact: <sip:desk12@192.0.2.15:5060;transport=udp>
To: <sip:0851234567@pbx.example.com>
From: "Reception" <sip:desk12@pbx.example.com>;tag=5f3c9a11
Call-ID: 84652ODg0MzE2YzQ5ZmE5YzFjOTI2OGY3
CSeq: 1 INVITE
Allow: INVITE, ACK, CANCEL, BYE, NOTIFY, REFER, MESSAGE, OPTIONS, INFO, SUBSCRIBE
Content-Type: application/sdp
Supported: replaces, timer, outbound
User-Agent: Example Desk 2.1
Content-Length: ${String(sdp.length)}

`.replaceAll('\n', '\r\n') + sdp,
);
