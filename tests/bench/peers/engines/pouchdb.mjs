/** What an application of PouchDB ships: its preset for browsers, with IndexedDB, HTTP and replication. */
export { default as PouchDB } from 'pouchdb-browser';
