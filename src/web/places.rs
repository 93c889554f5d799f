//! Where in the world an address is, by a database that the operator gives (MaxMind DB 2.0: GeoLite2 City, DB-IP, IPinfo). It is
//! asked here and nowhere else: no address leaves this server for it.

use crate::domain::{Error, Result};
use maxminddb::{Reader, geoip2};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

/// The database, held in memory. Cheap to clone.
#[derive(Clone)]
pub struct Places(Arc<Reader<Vec<u8>>>);

impl Places {
    /// Opens a database. `Kind::Invalid` where it is none.
    pub fn open(file: &Path) -> Result<Places> {
        let reader = Reader::open_readfile(file).map_err(|e| {
            Error::invalid(format!(
                "places (RAPPORT_PLACES) is {}, which is no MaxMind database; give a file such as GeoLite2-City.mmdb",
                file.display()
            ))
            .because(e)
        })?;
        Ok(Places(Arc::new(reader)))
    }

    /// The city and the country of an address, in English: `Berlin, Germany`; nothing where the database knows neither.
    pub fn of(&self, address: &str) -> Option<String> {
        let address: IpAddr = address.parse().ok()?;
        let found = self.0.lookup(address.to_canonical()).ok()?;
        let place = found.decode::<geoip2::City<'_>>().ok()??;
        let names = [place.city.names.english, place.country.names.english];
        let words: Vec<&str> = names.into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}
