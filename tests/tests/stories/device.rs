//! A device that speaks the protocol by hand: for what a well-behaved desk never does.

use holdfast_domain::command::{Book, BookingText};
use holdfast_domain::{
    BookingId, Command, DeviceId, OperationId, ResourceId, StaffId, Stay, Timestamp, VenueId, Zone,
};
use holdfast_protocol::{
    Digest, EnrolReply, EnrolRequest, Operation, PROTOCOL, Problem, Scope, SyncReply, SyncRequest,
    body,
};
use holdfast_tests::hq::Headquarters;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) struct Device {
    url: String,
    pub(crate) id: DeviceId,
    pub(crate) token: String,
    pub(crate) staff_id: StaffId,
    pub(crate) venue_id: VenueId,
    pub(crate) seq: u64,
    pub(crate) prev: Digest,
    pub(crate) cursors: BTreeMap<Scope, u64>,
    http: reqwest::Client,
}

/// An answer that is not 200.
pub(crate) type Refused = (u16, Problem);

pub(crate) fn now() -> Timestamp {
    Timestamp::from_utc(chrono::Utc::now())
}

impl Device {
    /// Enrols with a fresh code for `venue`.
    pub(crate) async fn enrol(hq: &Headquarters, org: &str, venue: &str) -> Self {
        Self::enrol_with(hq, hq.pair(org, Some(venue))).await
    }

    /// Enrols with a code.
    pub(crate) async fn enrol_with(hq: &Headquarters, code: String) -> Self {
        let id = DeviceId(Uuid::now_v7());
        let request = EnrolRequest {
            protocol: PROTOCOL,
            code,
            device: id,
            device_name: "by hand".into(),
            bringing: None,
            resuming: None,
        };
        let http = reqwest::Client::new();
        let response = http
            .post(format!("{}/v1/enrol", hq.url()))
            .header("content-encoding", body::ENCODING)
            .body(body::encode(&request).unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{:?}", response.text().await);
        let reply: EnrolReply = body::decode(&response.bytes().await.unwrap(), 1_000_000).unwrap();
        Self {
            url: hq.url(),
            id,
            token: reply.token,
            staff_id: reply.staff_id,
            venue_id: reply.venue_id.unwrap(),
            seq: 0,
            prev: Digest::start(),
            cursors: BTreeMap::new(),
            http,
        }
    }

    /// The next operation of this device's chain.
    pub(crate) fn operation(&mut self, command: &Command) -> Operation {
        self.raw_operation(&serde_json::to_string(command).unwrap())
    }

    /// The next operation, given at some time.
    pub(crate) fn operation_at(&mut self, command: &Command, at: Timestamp) -> Operation {
        self.raw_operation_at(&serde_json::to_string(command).unwrap(), at)
    }

    /// The next operation, whatever its payload says.
    pub(crate) fn raw_operation(&mut self, payload: &str) -> Operation {
        self.raw_operation_at(payload, now())
    }

    fn raw_operation_at(&mut self, payload: &str, at: Timestamp) -> Operation {
        self.seq += 1;
        let operation = Operation {
            id: OperationId(Uuid::now_v7()),
            seq: self.seq,
            prev: self.prev.clone(),
            actor: self.staff_id,
            at,
            salt: Uuid::new_v4().simple().to_string(),
            command: RawValue::from_string(payload.into()).unwrap(),
        };
        self.prev = operation.digest();
        operation
    }

    /// A booking of one resource from now on, `hour` hours from midnight in `days` days.
    pub(crate) fn book(
        &self,
        resource_id: ResourceId,
        days: u64,
        minute: u32,
        minutes: i64,
    ) -> Book {
        let zone = Zone::parse("Europe/London").unwrap();
        let day = zone.date(now()).checked_add_days(chrono::Days::new(days)).unwrap();
        let start = day.and_hms_opt(minute / 60, minute % 60, 0).unwrap();
        let (stay, _) = Stay::resolve(zone, start, start + chrono::Duration::minutes(minutes));
        Book {
            booking_id: BookingId(Uuid::now_v7()),
            venue_id: self.venue_id,
            resource_ids: vec![resource_id],
            stay,
            customer_id: None,
            text: BookingText::default(),
            price: None,
            ..Book::new(BookingId(Uuid::now_v7()), self.venue_id, Vec::new(), stay)
        }
    }

    pub(crate) fn request(&self, operations: Vec<Operation>) -> SyncRequest {
        SyncRequest {
            protocol: PROTOCOL,
            device: self.id,
            incarnation: String::new(),
            device_time: now(),
            cursors: self.cursors.clone(),
            operations,
            told: BTreeMap::new(),
        }
    }

    pub(crate) async fn send(&self, request: &SyncRequest) -> Result<SyncReply, Refused> {
        self.send_bytes(body::encode(request).unwrap()).await
    }

    pub(crate) async fn send_bytes(&self, bytes: Vec<u8>) -> Result<SyncReply, Refused> {
        let response = self
            .http
            .post(format!("{}/v1/sync", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-encoding", body::ENCODING)
            .body(bytes)
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let bytes = response.bytes().await.unwrap();
        if status == 200 {
            return Ok(body::decode(&bytes, 256 * 1024 * 1024).unwrap());
        }
        let problem = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| panic!("{status}: {}", String::from_utf8_lossy(&bytes)));
        Err((status, problem))
    }

    /// Pushes operations, and answers the whole reply.
    pub(crate) async fn push(&self, operations: Vec<Operation>) -> Result<SyncReply, Refused> {
        self.send(&self.request(operations)).await
    }
}

/// The id of a resource, by what headquarters' database says.
pub(crate) fn resource_id(database: &holdfast_tests::postgres::Database, name: &str) -> ResourceId {
    database.run(&format!("select id from resources where name = '{name}'")).parse().unwrap()
}
