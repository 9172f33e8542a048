// Makes the replica set once, then waits until one member is in charge. Safe to run again.
try {
  rs.status()
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  rs.initiate({
    _id: 'hub',
    members: ['mongo-1', 'mongo-2', 'mongo-3'].map((name, number) => ({ _id: number, host: `${name}:27017` })),
  })
}
while (!rs.status().members.some((member) => member.stateStr === 'PRIMARY')) sleep(250)
