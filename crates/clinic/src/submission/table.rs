//! The submissions' rows. Nobody else reads them.

/// `submission`: a filled-in form of a declared service; of the persons the ids alone.
pub(super) mod submission {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "submission")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub service: String,
        pub person: Uuid,
        pub representative: Option<Uuid>,
        pub booker: Option<Uuid>,
        pub for_whom: String,
        pub status: String,
        pub language: String,
        pub link_hash: Vec<u8>,
        pub created_at: i64,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
