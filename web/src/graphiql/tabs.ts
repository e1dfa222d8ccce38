// The tabs of a first visit. Later ones show what was there when the page was left.
import newestListings from './documents/newestListings.graphql?raw';
import service from './documents/service.graphql?raw';
import signIn from './documents/signIn.graphql?raw';

// The editor takes comments. A token stays in this page's memory unless "persist headers" is switched on.
const headers = `{
  // "Authorization": "Bearer …"
}`;

const variables = JSON.stringify({ input: { login: '+50588880001', password: 'plaza-demo-2026' } }, null, 2);

export const tabs = [{ query: newestListings, headers }, { query: signIn, variables, headers }, { query: service, headers }];
