import { describeRule } from '../testing/describe-rule.ts'
import { undefinedArgInFrom } from './undefined-arg-in-from.ts'

describeRule(undefinedArgInFrom, {
  catches: {
    'an ARG that nothing declares': {
      dockerfile: 'FROM a:«${NOPE:-1}»\n',
      messages: [/"NOPE"/],
    },
    'a typing slip': {
      dockerfile: 'ARG VERSION=1\nFROM a:«$VERISON» AS x\nFROM a:«${VERISON%.*}»\n',
      fixedUnsafely: 'ARG VERSION=1\nFROM a:$VERSION AS x\nFROM a:${VERSION%.*}\n',
    },
    'a slip in the name of an automatic argument': {
      dockerfile: 'FROM --platform=«$BUILD_PLATFORM» a\n',
      fixedUnsafely: 'FROM --platform=$BUILDPLATFORM a\n',
    },
    'an ARG of a stage': 'FROM a AS b\nARG X=1\nFROM c:«${X:-2}»\n',
    'an ARG that only the build gives': {
      dockerfile: 'FROM a:«${X:-1}»\n',
      options: { buildArguments: new Map([['X', '2']]) },
    },
  },
  leaves: {
    'declared ones, with a default or without': 'ARG A=1\nARG B\nFROM x:$A$B',
    'automatic ones': 'FROM --platform=$BUILDPLATFORM a:$TARGETARCH',
    'text that is no variable': "FROM a:\\$X\nFROM a:'$Y'",
  },
})
