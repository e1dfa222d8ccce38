// The part of Plaza's schema that is measured, served by Mercurius: its JIT, its loaders, and pg.
//
// Rows are read column by column and turned into what clients see once, so that compiled queries
// only copy. Nothing is kept from one request to the next but parsed and compiled queries.

import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

// --- values as Plaza prints them -----------------------------------------------------------------

const USER = '0101'
const CATEGORY = '0104'
const STORE = '0105'
const LISTING = '0106'
const ORDER = '0107'

const scratch = Buffer.alloc(18)

/** Global id: version and kind, then the row's uuid, 18 bytes in base64url */
function globalId (kind, uuid) {
  const row = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24)
  scratch.write(kind + row, 'hex')
  return scratch.toString('base64url')
}

const TWO = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))

/** RFC 3339 of microseconds since 1970, with no more decimals than there are */
function dateTime (micros) {
  const at = new Date(Math.floor(Number(micros) / 1000))
  const past = micros.slice(-6)
  const decimals = past === '000000' ? '' : '.' + (past.endsWith('000') ? past.slice(0, 3) : past)
  return at.getUTCFullYear() + '-' + TWO[at.getUTCMonth() + 1] + '-' + TWO[at.getUTCDate()] + 'T' +
    TWO[at.getUTCHours()] + ':' + TWO[at.getUTCMinutes()] + ':' + TWO[at.getUTCSeconds()] + decimals + 'Z'
}

/** ISO 4217: currencies whose minor unit is not the hundredth */
const DECIMALS = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3]),
  ...'CLF UYW'.split(' ').map((code) => [code, 4])
])

/** Major units of an amount in minor ones */
function amount (minor, currency) {
  const decimals = DECIMALS.get(currency) ?? 2
  if (decimals === 0) return minor
  const sign = minor.startsWith('-') ? '-' : ''
  const digits = minor.slice(sign.length).padStart(decimals + 1, '0')
  return sign + digits.slice(0, -decimals) + '.' + digits.slice(-decimals)
}

const money = (minor, currency) => ({ amount: amount(minor, currency), currency })

const STATUSES = ['PLACED', 'ACCEPTED', 'PREPARING', 'READY', 'COMPLETED', 'REJECTED', 'CANCELLED']

/** A-0001 to A-9999, then B-0001 */
function shortNumber (number) {
  const at = Math.max(number, 1) - 1
  let letters = ''
  for (let rest = Math.floor(at / 9999) + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + (rest - 1) % 26) + letters
  }
  return letters + '-' + String(at % 9999 + 1).padStart(4, '0')
}

// --- rows ----------------------------------------------------------------------------------------

// A loader tells the objects of a request apart by their JSON: the id is enough for that.
class Row {
  toJSON () {
    return this.id
  }
}

class Listing extends Row {
  constructor ([id, title, createdAt, minor, currency, storeId, categoryId, publisherId]) {
    super()
    this.id = globalId(LISTING, id)
    this.title = title
    this.createdAt = dateTime(createdAt)
    this.price = money(minor, currency)
    this.storeId = storeId
    this.categoryId = categoryId
    this.publisherId = publisherId
  }
}

class Order extends Row {
  constructor ([id, number, status, placedAt, minor, currency, storeId]) {
    super()
    this.id = globalId(ORDER, id)
    this.row = id
    this.number = shortNumber(number)
    this.status = STATUSES[status]
    this.placedAt = dateTime(placedAt)
    this.total = money(minor, currency)
    this.storeId = storeId
  }
}

class OrderItem extends Row {
  constructor ([, id, title, minor, quantity, listingId], { total: { currency } }) {
    super()
    this.id = id
    this.title = title
    this.unitPrice = money(minor, currency)
    this.quantity = quantity
    this.listingId = listingId
  }
}

const store = ([id, name, handle]) => ({ id: globalId(STORE, id), name, handle })
const category = ([id, name]) => ({ id: globalId(CATEGORY, id), name })
const user = ([id, displayName]) => ({ id: globalId(USER, id), displayName })
// Of the listing of a line, no more is asked for.
const titled = ([id, title]) => ({ id: globalId(LISTING, id), title })

// --- statements ----------------------------------------------------------------------------------

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.CONNECTIONS ?? 10),
  idleTimeoutMillis: 0
})

/** A statement that each connection prepares once, by its name */
function statement (name, text) {
  return async (...values) => (await pool.query({ name, text, values, rowMode: 'array' })).rows
}

const storeByHandle = statement('store_by_handle',
  'SELECT id, name, handle FROM store WHERE handle = $1 AND shelf = 1')
const listingsNewest = statement('listings_newest',
  `SELECT id, title, created_at, price_minor, currency, store_id, category_id, publisher_id
   FROM listing WHERE shelf = 1 ORDER BY created_at DESC, id DESC LIMIT $1`)
const ordersOfBuyer = statement('orders_of_buyer',
  `SELECT id, number, status, placed_at, total_minor, currency, store_id
   FROM "order" WHERE buyer_id = $1 ORDER BY placed_at DESC, id DESC LIMIT $2`)
const itemsOfOrders = statement('items_of_orders',
  `SELECT order_id, id, title, price_minor, quantity, listing_id
   FROM order_item WHERE order_id = ANY ($1) ORDER BY order_id, position`)
const storesById = statement('stores_by_id', 'SELECT id, name, handle FROM store WHERE id = ANY ($1)')
const categoriesById = statement('categories_by_id', 'SELECT id, name FROM category WHERE id = ANY ($1)')
const usersById = statement('users_by_id', 'SELECT id, display_name FROM "user" WHERE id = ANY ($1)')
const listingsById = statement('listings_by_id', 'SELECT id, title FROM listing WHERE id = ANY ($1)')

/** An array of uuids as PostgreSQL reads it */
const array = (ids) => '{' + [...ids].join() + '}'

/** Loader of one row by the id that a column of the parents holds */
function one (column, byId, read) {
  return {
    opts: { cache: false },
    async loader (queries) {
      const ids = new Set()
      for (const { obj } of queries) if (obj[column] !== null) ids.add(obj[column])
      const found = new Map()
      if (ids.size > 0) for (const row of await byId(array(ids))) found.set(row[0], read(row))
      return queries.map(({ obj }) => found.get(obj[column]) ?? null)
    }
  }
}

// --- schema --------------------------------------------------------------------------------------

const schema = `
  scalar Currency
  scalar DateTime
  scalar Decimal

  enum ListingSort { NEWEST }
  enum OrderSort { NEWEST }
  enum OrderStatus { PLACED ACCEPTED PREPARING READY COMPLETED REJECTED CANCELLED }

  type Query {
    viewer: Viewer
    service: Service!
    store(handle: String!): Store
    listings(sort: ListingSort! = NEWEST, first: Int): ListingConnection!
  }
  type Viewer {
    orders(sort: OrderSort! = NEWEST, first: Int): OrderConnection!
  }
  type Service {
    name: String!
    version: String!
  }
  type Money {
    amount: Decimal!
    currency: Currency!
  }
  type PageInfo {
    hasNextPage: Boolean!
  }
  type Store {
    id: ID!
    handle: String!
    name: String!
  }
  type Category {
    id: ID!
    name: String!
  }
  type User {
    id: ID!
    displayName: String!
  }
  type Listing {
    id: ID!
    store: Store!
    publisher: User!
    category: Category!
    title: String!
    price: Money!
    createdAt: DateTime!
  }
  type ListingConnection {
    nodes: [Listing!]!
    pageInfo: PageInfo!
  }
  type Order {
    id: ID!
    number: String!
    store: Store!
    status: OrderStatus!
    items: [OrderItem!]!
    total: Money!
    placedAt: DateTime!
  }
  type OrderItem {
    id: ID!
    listing: Listing
    title: String!
    unitPrice: Money!
    quantity: Int!
  }
  type OrderConnection {
    nodes: [Order!]!
    pageInfo: PageInfo!
  }
`

/** A page of rows, read with one more to know whether there are more */
function page (rows, first, Type) {
  const hasNextPage = rows.length > first
  if (hasNextPage) rows.pop()
  return { nodes: rows.map((row) => new Type(row)), pageInfo: { hasNextPage } }
}

const service = { name: 'Plaza', version: process.env.VERSION ?? '0.0.0' }

const resolvers = {
  Query: {
    viewer: (_, __, { viewer }) => viewer && { id: viewer },
    service: () => service,
    store: async (_, { handle }) => {
      const [row] = await storeByHandle(handle.toLowerCase())
      return row ? store(row) : null
    },
    listings: async (_, { first }) => page(await listingsNewest((first ?? 20) + 1), first ?? 20, Listing)
  },
  Viewer: {
    orders: async ({ id }, { first }) => page(await ordersOfBuyer(id, (first ?? 20) + 1), first ?? 20, Order)
  }
}

const loaders = {
  Listing: {
    store: one('storeId', storesById, store),
    category: one('categoryId', categoriesById, category),
    publisher: one('publisherId', usersById, user)
  },
  Order: {
    store: one('storeId', storesById, store),
    items: {
      opts: { cache: false },
      async loader (queries) {
        const orders = new Map(queries.map(({ obj }) => [obj.row, { obj, items: [] }]))
        for (const row of await itemsOfOrders(array(orders.keys()))) {
          const { obj, items } = orders.get(row[0])
          items.push(new OrderItem(row, obj))
        }
        return queries.map(({ obj }) => orders.get(obj.row).items)
      }
    }
  },
  OrderItem: {
    listing: one('listingId', listingsById, titled)
  }
}

// --- server --------------------------------------------------------------------------------------

const app = Fastify({ logger: false })

app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  // What rows hold is already as it goes out.
  compilerOptions: { disableLeafSerialization: true },
  graphiql: false,
  // Whoever asks is believed: it is the id of their row.
  context: ({ headers: { authorization } }) => ({ viewer: authorization ? authorization.slice(7) : null })
})

process.once('SIGTERM', async () => {
  await app.close()
  await pool.end()
})

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
