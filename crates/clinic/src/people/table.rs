//! The room's rows. Nobody else reads them.

/// `representation`: who acts for whom, as staff established it.
pub(super) mod representation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "representation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub representative: Option<Uuid>,
        pub basis: String,
        pub document: String,
        pub named_by: Uuid,
        pub named_at: i64,
        pub ended_by: Option<Uuid>,
        pub ended_at: Option<i64>,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// `inquiry`: a card that an employee opens without a case of the patient's own.
pub(super) mod inquiry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inquiry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub staff: Uuid,
        pub purpose: String,
        pub reason: String,
        pub made_at: i64,
        pub act: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
