# SPDX-License-Identifier: Apache-2.0
# A gateway for NAT-PMP, PCP and UPnP, and a STUN server, that lies in one way (sys.argv[1]).
import socket
import struct
import sys
import threading

mode = sys.argv[1]
own = "192.168.7.1"
address = {"private": "10.0.0.7", "loopback": "127.0.0.1", "zero": "0.0.0.0", "carrier": "100.64.3.4"}.get(mode, "81.2.69.142")
packed = socket.inet_aton(address)


def stun(request):
    number = bytearray(request[4:20])
    if mode == "wrong-id":
        number[-1] ^= 1
    xored = bytes(a ^ b for a, b in zip(packed, request[4:8]))
    return struct.pack("!HH", 0x101, 12) + number + struct.pack("!HHBBH", 0x20, 8, 0, 1, 0) + xored


def pmp(request):
    if request[0] == 0:
        return struct.pack("!BBHI", 0, 128, 0, 1) + packed
    nonce = bytearray(request[24:36])
    if mode == "wrong-id":
        nonce[0] ^= 1
    head = struct.pack("!BBBBII", 2, 0x81, 0, 0, 120, 1) + bytes(12)
    return head + nonce + request[36:42] + request[40:42] + bytes(10) + b"\xff\xff" + packed


def search(request):
    if not request.startswith(b"M-SEARCH"):
        return b""
    host = "192.168.7.9" if mode == "elsewhere" else own
    return f"HTTP/1.1 200 OK\r\nLOCATION: http://{host}:5000/d.xml\r\n\r\n".encode()


def serve(port, answer, group=None):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", port))
    if group:
        member = socket.inet_aton(group) + socket.inet_aton(own)
        udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    threading.Thread(target=loop, args=(udp, answer), daemon=True).start()


def loop(udp, answer):
    while True:
        request, client = udp.recvfrom(2000)
        reply = answer(request)
        if mode == "silent" or not reply:
            continue
        sender = udp
        if mode == "flood":
            for number in range(60):
                udp.sendto(bytes([number * 4]) * number, client)
        if mode == "truncated":
            reply = reply[: len(reply) - 3] if answer is not search else reply[:30]
        if mode == "other-port":
            # For UPnP any port will do, but only from the gateway's own address.
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            if answer is search:
                sender.bind(("192.168.7.8", 0))
        sender.sendto(reply, client)


def page(request):
    if request.startswith(b"GET"):
        service = "<serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>"
        host = "http://192.168.7.9" if mode == "control-elsewhere" else ""
        return f"<service>{service}<controlURL>{host}/c</controlURL></service>"
    return f"<a><NewExternalIPAddress>{address}</NewExternalIPAddress></a>"


def talk(client):
    request = client.recv(4000)
    body = page(request).encode()
    if mode == "huge":
        body = b"x" * 100_000 + body
    status = "200 OK"
    if mode == "redirect":
        status = "302 Found\r\nLocation: http://192.168.7.1:5000/other"
    if mode == "redirect-elsewhere":
        status = "302 Found\r\nLocation: http://192.168.7.9/"
    if mode == "failing" and request.startswith(b"POST"):
        status, body = "500 No", b"<errorCode>501</errorCode>"
    client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode())
    client.sendall(body)
    client.close()


serve(5351, pmp)
serve(3478, stun)
serve(1900, search, "239.255.255.250")
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((own, 5000))
listener.listen()
print("ready", flush=True)
while True:
    talk(listener.accept()[0])
