/** What an application of Replicache ships. */
export { Replicache } from 'replicache';
