//! winmail.dat (MS-OXTNEF): the files and the body inside it.
