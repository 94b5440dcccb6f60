"""Offers as browsers write them: audio first, then something that is none of ours.

Chromium 156's has its addresses replaced by what it shows to pages that may not know them, and what its NAT shows;
its video is cut short. aiortc 1.16's is for audio and a data channel.
"""

from __future__ import annotations

CHROMIUM = """v=0
o=- 7019475594149476478 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS 3379a927-be3b-4cf0-9f2c-5e705fec06e3
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:813691179 1 udp 2122194687 5b0c3f3c-44a5-4f6b-8a6c-31d8f3b1a7d2.local 45378 typ host network-id 1
a=candidate:1323422758 1 tcp 1518214911 5b0c3f3c-44a5-4f6b-8a6c-31d8f3b1a7d2.local 9 typ host tcptype active
a=candidate:842163049 1 udp 1677729535 203.0.113.5 40678 typ srflx raddr 0.0.0.0 rport 0 network-id 1
a=ice-ufrag:KH0i
a=ice-pwd:A0FRZPBzDYaPqLXnka1xjFyC
a=ice-options:trickle
a=fingerprint:sha-256 E5:64:CB:4E:E1:36:0D:07:E6:8C:46:09:E4:3B:F8:88:09:93:F6:18:9A:60:75:1C:AE:78:6B:CF:73:66:98:65
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:3379a927-be3b-4cf0-9f2c-5e705fec06e3 df973d6e-4a91-45ec-b04c-0ddcdfcb7090
a=rtcp-mux
a=rtcp-rsize
a=rtcp-xr:rcvr-rtt=all
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:1250247947 cname:jR+DyZ6i+xeGl7KL
a=ssrc:1250247947 msid:3379a927-be3b-4cf0-9f2c-5e705fec06e3 df973d6e-4a91-45ec-b04c-0ddcdfcb7090
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:KH0i
a=ice-pwd:A0FRZPBzDYaPqLXnka1xjFyC
a=ice-options:trickle
a=fingerprint:sha-256 E5:64:CB:4E:E1:36:0D:07:E6:8C:46:09:E4:3B:F8:88:09:93:F6:18:9A:60:75:1C:AE:78:6B:CF:73:66:98:65
a=setup:actpass
a=mid:1
a=recvonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
"""

AIORTC = """v=0
o=- 4004677383 4004677383 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic:WMS *
m=audio 55466 UDP/TLS/RTP/SAVPF 96 9 0 8
c=IN IP4 192.0.2.2
a=sendrecv
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=mid:0
a=msid:7b6202ad-6172-473a-b6a4-49ff00085dbb b76b4113-731b-4d32-b27e-87428d220fc6
a=rtcp:9 IN IP4 0.0.0.0
a=rtcp-mux
a=ssrc:1311715904 cname:60c628d3-3697-49a4-bc3d-b4f9a0a1668e
a=rtpmap:96 opus/48000/2
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=candidate:f957a2332b1715da3b0ef8ba684454eb 1 udp 2130706431 192.0.2.2 55466 typ host
a=candidate:d0bcf3d9c29a2bc887618212a1623bfa 1 udp 2130706431 fd00::2 37027 typ host
a=end-of-candidates
a=ice-ufrag:obfF
a=ice-pwd:c5nB6JKHgdSJCqUTO0QrGm
a=fingerprint:sha-256 6A:DF:57:1D:9F:A5:4D:E0:2E:DD:A0:A1:90:CA:C8:DA:DF:38:3F:A5:A6:FC:73:1F:05:92:F3:E1:2A:BD:58:E7
a=fingerprint:sha-384 99:2D:55:EE:85:4A:66:69:14:E6:29:29:8F:80:4B:28:42:5C:82:D7:73:D9:B2:AC:A3:AF:33:72:0A:51:AF:D3:AE:DF:0E:AC:32:79:6C:45:E6:3B:3E:A5:F6:15:25:AB
a=fingerprint:sha-512 E5:DF:71:5D:93:C1:12:79:3C:72:71:F9:C1:AC:2C:7E:C3:BE:10:F6:CF:78:0E:39:CB:2A:87:5F:86:AE:70:C6:08:4A:47:C6:D9:6F:0B:72:0B:D8:CD:AF:C0:53:0A:DC:3A:73:B6:E0:8C:E5:94:31:BA:EA:11:8E:24:B7:78:72
a=setup:actpass
m=application 34228 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 192.0.2.2
a=mid:1
a=sctp-port:5000
a=max-message-size:262144
a=ice-ufrag:obfF
a=ice-pwd:c5nB6JKHgdSJCqUTO0QrGm
a=setup:actpass
"""  # noqa: E501
