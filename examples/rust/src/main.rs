//! A list of beacons over HTTP: a page, files from a folder, a JSON interface.

use std::{fs, path::Path, time::Instant};

use chrono::{DateTime, Utc};
use log::info;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tiny_http::{Header, Method, Request, Response, Server};

#[derive(Serialize, Deserialize)]
struct Beacon {
    id: u32,
    name: String,
    checked: DateTime<Utc>,
}

type Answer = Response<std::io::Cursor<Vec<u8>>>;

fn main() {
    env_logger::init_from_env(env_logger::Env::default().default_filter_or("info"));
    let started = Instant::now();
    let server = Server::http("0.0.0.0:8000").expect("the port is free");
    info!("listening on port 8000");
    for request in server.incoming_requests() {
        let answer = answer(&request, started);
        info!("{} {} {}", request.method(), request.url(), answer.status_code().0);
        if let Err(error) = request.respond(answer) {
            info!("{error}");
        }
    }
}

fn answer(request: &Request, started: Instant) -> Answer {
    if *request.method() != Method::Get {
        return json_answer(405, &json!({ "error": "method not allowed" }));
    }
    match request.url() {
        "/" => file("index.html"),
        "/healthz" => json_answer(200, &json!({ "status": "ok", "uptime": started.elapsed().as_secs_f64() })),
        "/beacons" => json_answer(200, &json!(beacons())),
        path => match (path.strip_prefix("/beacons/"), path.strip_prefix("/assets/")) {
            (Some(id), _) => match beacons().iter().find(|beacon| Ok(beacon.id) == id.parse()) {
                Some(beacon) => json_answer(200, &json!(beacon)),
                None => json_answer(404, &json!({ "error": "no such beacon" })),
            },
            (_, Some(name)) => file(name),
            _ => json_answer(404, &json!({ "error": "not found" })),
        },
    }
}

/// Read on every request: others may change the file.
fn beacons() -> Vec<Beacon> {
    let text = fs::read_to_string("assets/beacons.json").expect("the list of beacons is there");
    serde_json::from_str(&text).expect("the list of beacons is JSON")
}

fn file(name: &str) -> Answer {
    let content_type = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    };
    match fs::read(Path::new("assets").join(name.replace('/', ""))) {
        Ok(content) => Response::from_data(content).with_header(header("Content-Type", content_type)),
        Err(_) => json_answer(404, &json!({ "error": "not found" })),
    }
}

fn json_answer(status: u16, value: &serde_json::Value) -> Answer {
    Response::from_string(value.to_string())
        .with_status_code(status)
        .with_header(header("Content-Type", "application/json"))
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("a header of ASCII")
}

#[test]
fn beacons_are_read() {
    assert_eq!(beacons().len(), 3);
}
