//! The booking room's rows. Nobody else reads them.

/// `branch`: where the clinic receives.
pub(super) mod branch {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "branch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code: String,
        pub title_ru: String,
        pub title_en: String,
        pub address_ru: String,
        pub address_en: String,
        pub phone: String,
        pub zone: String,
        pub opens: i32,
        pub closes: i32,
        pub position: i32,
        pub withdrawn: bool,
        pub way_ru: String,
        pub way_en: String,
        pub email: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `resource`: a person, room or device whose time is claimed.
pub(super) mod resource {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "resource")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code: String,
        pub kind: String,
        pub family: String,
        pub title_ru: String,
        pub title_en: String,
        pub about_ru: String,
        pub about_en: String,
        pub branch: Option<Uuid>,
        pub lanes: i32,
        pub grain: i32,
        pub position: i32,
        pub withdrawn: bool,
        pub education_ru: String,
        pub education_en: String,
        pub practising_since: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `service`: what can be booked.
pub(super) mod service {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "service")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code: String,
        pub title_ru: String,
        pub title_en: String,
        pub preparation_ru: String,
        pub preparation_en: String,
        pub duration: i32,
        pub buffer_before: i32,
        pub buffer_after: i32,
        pub step: i32,
        pub price: i64,
        pub age_from: Option<i32>,
        pub age_to: Option<i32>,
        pub position: i32,
        pub withdrawn: bool,
        pub about_ru: String,
        pub about_en: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `service_practitioner`: who gives a service.
pub(super) mod service_practitioner {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "service_practitioner")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub practitioner: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `service_requirement`: of which families a service needs a lane.
pub(super) mod service_requirement {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "service_requirement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub service: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub family: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `schedule`: a weekly rule of a practitioner.
pub(super) mod schedule {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub practitioner: Uuid,
        pub rule: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `schedule_exception`: a date that differs.
pub(super) mod schedule_exception {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_exception")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub practitioner: Uuid,
        pub exception: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `closed_day`: a day on which a branch, or every branch, receives nobody.
pub(super) mod closed_day {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "closed_day")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub branch: Option<Uuid>,
        pub day: String,
        pub title: String,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `catalogue`: one row: the version of all of the above.
pub(super) mod catalogue {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "catalogue")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `claim`: one owner a resource, lane and cell.
pub(super) mod claim {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "claim")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub resource: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub lane: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub cell: i64,
        pub owner: Uuid,
        pub expires_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `busy`: claims as intervals, for reading.
pub(super) mod busy {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "busy")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub owner: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub resource: Uuid,
        pub lane: i32,
        pub starts: i64,
        pub ends: i64,
        pub expires_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `hold`: a time held for somebody who is still typing.
pub(super) mod hold {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "hold")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client: Vec<u8>,
        pub service: Uuid,
        pub practitioner: Uuid,
        pub branch: Uuid,
        pub starts: i64,
        pub ends: i64,
        pub expires_at: i64,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `appointment`: who comes when to whom; of the person the id alone.
pub(super) mod appointment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "appointment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub representative: Option<Uuid>,
        pub booker: Option<Uuid>,
        pub for_whom: String,
        pub basis: Option<String>,
        pub service: Uuid,
        pub practitioner: Uuid,
        pub branch: Uuid,
        pub starts: i64,
        pub ends: i64,
        pub status: String,
        pub language: String,
        pub link_hash: Vec<u8>,
        pub created_at: i64,
        pub accepted_at: Option<i64>,
        pub accepted_by: Option<Uuid>,
        pub escalated_at: Option<i64>,
        pub moves: i32,
        pub act: Uuid,
        pub revision: i32,
        pub last_change: Option<String>,
        pub was: Option<String>,
        pub changed_at: Option<i64>,
        pub changed_by: Option<Uuid>,
        pub arrived_at: Option<i64>,
        pub made_by: Option<Uuid>,
        pub cancel_reason: Option<String>,
        pub outside: Option<String>,
        pub channel: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `board`: a list of appointments whose names are opened together.
pub(super) mod board {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "board")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub branch: Uuid,
        pub first_day: String,
        pub days: i32,
        pub practitioner: Option<Uuid>,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `block`: time that staff keep free.
pub(super) mod block {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "block")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub resource: Uuid,
        pub branch: Uuid,
        pub lanes: i32,
        pub starts: i64,
        pub ends: i64,
        pub kind: String,
        pub reason: String,
        pub made_by: Uuid,
        pub made_at: i64,
        pub act: Uuid,
        pub source: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `busy_change`: what changed in `busy`, in the order of acts.
pub(super) mod busy_change {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "busy_change")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub number: i64,
        pub at: i64,
        pub owner: Uuid,
        pub resource: Uuid,
        pub lane: i32,
        pub starts: i64,
        pub ends: i64,
        pub expires_at: Option<i64>,
        pub freed: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `practitioner_calendar`: a secret link by which other programs read a practitioner's times.
pub(super) mod practitioner_calendar {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "practitioner_calendar")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub practitioner: Uuid,
        pub link_hash: Vec<u8>,
        pub staff: Option<Uuid>,
        pub made_by: Uuid,
        pub made_at: i64,
        pub revoked_at: Option<i64>,
        pub read_on: Option<String>,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `external_source`: where another system's busy times are read from.
pub(super) mod external_source {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "external_source")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub title: String,
        pub file: String,
        pub practitioner: Option<Uuid>,
        pub made_by: Uuid,
        pub made_at: i64,
        pub removed_at: Option<i64>,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `external_reading`: what the last reading of a source gave.
pub(super) mod external_reading {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "external_reading")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub source: Uuid,
        pub read_at: i64,
        pub flaws: String,
        pub intervals: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `external_conflict`: an appointment over which another system has its practitioner busy.
pub(super) mod external_conflict {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "external_conflict")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub source: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub appointment: Uuid,
        pub resource: Uuid,
        pub branch: Uuid,
        pub starts: i64,
        pub ends: i64,
        pub found_at: i64,
        pub known_by: Option<Uuid>,
        pub known_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
