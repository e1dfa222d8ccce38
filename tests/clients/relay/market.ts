// The documents of an app that is built with Relay. Its compiler reads them here, and writes artifacts that hold an id
// in the place of the text; those are what runs, and nobody imports this module.
import { graphql } from 'relay-runtime';

export const listing = graphql`
  fragment marketListing on Listing @inline {
    id
    title
    stock
    version
    price {
      amount
      currency
    }
    store {
      id
      handle
      name
    }
  }
`;

export const feed = graphql`
  query marketFeedQuery($first: Int!, $after: String) {
    listings(sort: NEWEST, first: $first, after: $after) @connection(key: "market_listings") {
      edges {
        node {
          ...marketListing
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const order = graphql`
  query marketOrderQuery($id: ID!) {
    node(id: $id) {
      ... on Order {
        number
        status
        version
      }
    }
  }
`;

export const place = graphql`
  mutation marketPlaceMutation($input: OrderPlaceInput!) {
    orderPlace(input: $input) {
      order {
        id
        number
        status
        version
        itemCount
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;

export const updates = graphql`
  subscription marketOrderSubscription($id: ID!, $after: String) {
    orderUpdates(id: $id, after: $after) {
      kind
      cursor
      order {
        id
        status
        version
      }
      event {
        id
        kind
      }
    }
  }
`;
