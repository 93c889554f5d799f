//! Workspaces that are being brought from elsewhere, and what is left of those that were broken off.

use super::Store;
use crate::domain::Result;
use crate::domain::retention::DAY_US;

impl Store {
    /// Removes the databases of workspaces that were begun a day ago and are registered still not: whoever made them was killed. What
    /// cannot be removed now is the next time.
    pub async fn remove_remains(&self, now_us: i64) -> Result<()> {
        for id in self.registry.claim_remains(now_us - DAY_US).await? {
            if self.forget_coming(id).await? {
                tracing::info!(
                    workspace_id = id,
                    "what was left of an import that was broken off is removed"
                );
            }
        }
        Ok(())
    }

    /// Removes the database of a workspace that does not come, then the note that it would. False, and all of it stays, where it is
    /// registered.
    pub async fn forget_coming(&self, workspace_id: i64) -> Result<bool> {
        if !self.registry.give_up(workspace_id).await? {
            return Ok(false);
        }
        self.workspaces.remove(workspace_id).await?;
        self.registry.forget_coming(workspace_id).await?;
        Ok(true)
    }
}
