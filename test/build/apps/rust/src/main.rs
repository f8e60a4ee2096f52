use std::io::{Read, Write};

fn main() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    for stream in listener.incoming() {
        let mut stream = stream.expect("a connection");
        let mut request = [0; 1024];
        let count = stream.read(&mut request).expect("a request");
        let text = String::from_utf8_lossy(&request[..count]);
        let path = text.split(' ').nth(1).unwrap_or("").to_owned();
        let body = format!("rust {} {}", path, itoa::Buffer::new().format(128u64));
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", body.len(), body);
        stream.write_all(answer.as_bytes()).expect("an answer");
    }
}
