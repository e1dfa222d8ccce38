//! Tending the category tree.

use super::Category;
use crate::entities::CategoryId;
use crate::error::Result;
use crate::schema::context::ContextExt;
use crate::schema::node::Global;
use crate::schema::user_error::{outcome, payload};
use crate::schema::viewer::{change, read};
use crate::services::{self, CategoryCreate, CategoryUpdate};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

/// New category
#[derive(InputObject)]
pub struct CategoryCreateInput {
    /// Readable name in addresses: 2 to 60 of a-z, 0-9 and single hyphens
    slug: String,
    /// Name as people read it, 1 to 60 characters
    name: String,
    /// Category above; null for a root
    parent_id: Option<ID>,
}

/// Changes to a category; an omitted field stays
#[derive(InputObject)]
pub struct CategoryUpdateInput {
    /// Which category
    id: ID,
    /// Name as people read it
    name: MaybeUndefined<String>,
    /// Category above; null makes it a root
    parent_id: MaybeUndefined<ID>,
}

payload! {
    /// New category
    CategoryCreatePayload { category: Category }
}
payload! {
    /// Category after the change
    CategoryUpdatePayload { category: Category }
}

/// Mutations on categories
#[derive(Default)]
pub struct CategoryMutation;

#[Object]
impl CategoryMutation {
    /// Administrators only: adds a category
    async fn category_create(
        &self,
        ctx: &Context<'_>,
        input: CategoryCreateInput,
    ) -> Result<CategoryCreatePayload> {
        let created = async {
            ctx.viewer().member()?;
            let parent_id =
                input.parent_id.map(|id| CategoryId::read(&id, "parentId")).transpose()?;
            let input = CategoryCreate { slug: input.slug, name: input.name, parent_id };
            services::category_create(ctx.app(), ctx.viewer(), input).await
        };
        outcome(created.await, |row| CategoryCreatePayload::done(Category(row)))
    }

    /// Administrators only: renames or moves a category
    async fn category_update(
        &self,
        ctx: &Context<'_>,
        input: CategoryUpdateInput,
    ) -> Result<CategoryUpdatePayload> {
        let updated = async {
            ctx.viewer().member()?;
            let input = CategoryUpdate {
                id: CategoryId::read(&input.id, "id")?,
                name: change(input.name),
                parent_id: read(input.parent_id, |id| CategoryId::read(&id, "parentId"))?,
            };
            services::category_update(ctx.app(), ctx.viewer(), input).await
        };
        outcome(updated.await, |row| CategoryUpdatePayload::done(Category(row)))
    }
}
