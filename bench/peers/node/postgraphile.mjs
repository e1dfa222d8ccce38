// The same tables served by PostGraphile 5: its Amber preset, by introspection.
//
// Added to what introspection finds: lines of an order as a plain list, and what Plaza's answers have
// and no table holds.

process.env.NODE_ENV = 'production'
process.env.GRAPHILE_ENV = 'production'

const { createServer } = await import('node:http')
const { postgraphile } = await import('postgraphile')
const { makePgService } = await import('postgraphile/adaptors/pg')
const { constant, lambda } = await import('postgraphile/grafast')
const { grafserv } = await import('postgraphile/grafserv/node')
const { PostGraphileAmberPreset } = await import('postgraphile/presets/amber')
const { extendSchema, pgSmartTags } = await import('postgraphile/utils')

const tags = pgSmartTags([
  { kind: 'constraint', match: 'order_item.order_item_order_id_fkey', tags: { behavior: '+list -connection' } }
])

/** A-0001 to A-9999, then B-0001 */
function shortNumber (number) {
  const at = Math.max(number, 1) - 1
  let letters = ''
  for (let rest = Math.floor(at / 9999) + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + (rest - 1) % 26) + letters
  }
  return letters + '-' + String(at % 9999 + 1).padStart(4, '0')
}

// Money of a row is the row itself, seen as money: it costs no step of its own.
const additions = extendSchema({
  typeDefs: `
    type Service { name: String! version: String! }
    type ListingPrice { amount: BigInt! currency: String! }
    type OrderTotal { amount: BigInt! currency: String! }
    type OrderItemPrice { amount: BigInt! }
    extend type Query { service: Service! }
    extend type Listing { price: ListingPrice! }
    extend type Order { total: OrderTotal! shortNumber: String! }
    extend type OrderItem { unitPrice: OrderItemPrice! }
  `,
  objects: {
    Query: { plans: { service: () => constant({ name: 'Plaza', version: process.env.VERSION ?? '0.0.0' }) } },
    Listing: { plans: { price: ($listing) => $listing } },
    ListingPrice: {
      plans: {
        amount: ($listing) => $listing.get('price_minor'),
        currency: ($listing) => $listing.get('currency')
      }
    },
    Order: {
      plans: {
        total: ($order) => $order,
        shortNumber: ($order) => lambda($order.get('number'), shortNumber, true)
      }
    },
    OrderTotal: {
      plans: {
        amount: ($order) => $order.get('total_minor'),
        currency: ($order) => $order.get('currency')
      }
    },
    OrderItem: { plans: { unitPrice: ($item) => $item } },
    OrderItemPrice: { plans: { amount: ($item) => $item.get('price_minor') } }
  }
})

const service = makePgService({
  connectionString: process.env.DATABASE_URL,
  schemas: ['public'],
  pubsub: false,
  poolConfig: { max: Number(process.env.CONNECTIONS ?? 10), idleTimeoutMillis: 0 }
})

const api = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [tags, additions],
  pgServices: [service],
  grafast: { explain: false },
  grafserv: { graphiql: false, watch: false, outputDataAsString: true }
})

// As long as Fastify, so that connections outlive the pauses between rounds.
const server = createServer({ keepAliveTimeout: 72_000 })
const serv = api.createServ(grafserv)
await serv.addTo(server)
await serv.ready()

process.once('SIGTERM', () => {
  server.close(async () => {
    await api.release()
    await service.release()
  })
})

server.listen(Number(process.env.PORT), '127.0.0.1')
