// A program that was made for Google's Fact Check Tools API, pointed here: only `rootUrl` is ours.
//
//     ONRECORD_URL=http://localhost:8000 node google.ts

import { factchecktools, type factchecktools_v1alpha1 } from '@googleapis/factchecktools'

type Claim = factchecktools_v1alpha1.Schema$GoogleFactcheckingFactchecktoolsV1alpha1Claim
type Params = factchecktools_v1alpha1.Params$Resource$Claims$Search

const google = factchecktools({
  version: 'v1alpha1',
  rootUrl: process.env['ONRECORD_URL'] ?? '',
  auth: 'a-key-of-googles',
})

async function all(params: Params): Promise<Claim[]> {
  const claims: Claim[] = []
  let pageToken: string | undefined
  do {
    const asked: Params = pageToken === undefined ? params : { ...params, pageToken }
    const { data } = await google.claims.search(asked)
    claims.push(...(data.claims ?? []))
    pageToken = data.nextPageToken ?? undefined
  } while (pageToken !== undefined)
  return claims
}

const found = await all({ query: 'Russes Kazakhstan', languageCode: 'en-US', pageSize: 1 })
for (const claim of found) {
  const review = claim.claimReview?.[0]
  console.log([claim.text, claim.claimant, claim.claimDate, review?.textualRating].join(' | '))
}
console.log(`${found.length} by pages of one`)

const nothing = await google.claims.search({ query: 'zzyzx' })
console.log(`nothing is ${JSON.stringify(nothing.data)}`)

const refused = await google.claims.search({}).catch((error: unknown) => error)
if (refused instanceof Error && 'status' in refused) {
  console.log(`${refused.status} ${refused.message}`)
}
