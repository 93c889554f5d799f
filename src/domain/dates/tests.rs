//! The language of dates, case by case.
