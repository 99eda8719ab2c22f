//! The queue's rows.

/// `job`: work that waits, runs or was given up.
pub(crate) mod job {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "job")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub subject: Uuid,
        pub state: String,
        pub run_at: i64,
        pub attempts: i32,
        pub lease: Option<Uuid>,
        pub last_error: Option<String>,
        pub created_at: i64,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
