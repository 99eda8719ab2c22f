//! Rows of documents: every version stays.

/// `document`: an immutable version of a policy or a consent in one language.
pub(crate) mod document {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "document")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub code: String,
        pub version: i32,
        pub language: String,
        pub title: String,
        pub body: String,
        pub sha256: String,
        pub proposed_at: i64,
        pub proposed_by: Option<Uuid>,
        pub effective_at: Option<i64>,
        pub wanted_at: Option<i64>,
        pub approved_by: Option<Uuid>,
        pub declined_at: Option<i64>,
        pub declined_by: Option<Uuid>,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
