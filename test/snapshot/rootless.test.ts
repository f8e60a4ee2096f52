import { describeWay } from './describe-way.ts'

describeWay('rootless')
