import { describeRule } from '../testing/describe-rule.ts'
import { maintainerDeprecated } from './maintainer-deprecated.ts'

const label = 'org.opencontainers.image.authors'

describeRule(maintainerDeprecated, {
  catches: {
    MAINTAINER: {
      dockerfile: 'FROM a\n«MAINTAINER» Jo Doe <jo@example.org>\n',
      fixed: `FROM a\nLABEL ${label}="Jo Doe <jo@example.org>"\n`,
    },
    'quotes, dollars and backslashes': {
      dockerfile: 'FROM a\n«maintainer» "Jo" $X \\d `e`\n«MAINTAINER» "Jo $1"\n',
      fixed: `FROM a\nlabel ${label}="\\"Jo\\" \\$X \\\\d \`e\`"\nLABEL ${label}="Jo \\$1"\n`,
    },
    'the other escape character': {
      dockerfile: '# escape=`\nFROM a\n«MAINTAINER» a\\b `c "d"\n',
      fixed: `# escape=\`\nFROM a\nLABEL ${label}="a\\b \`\`c \`"d\`""\n`,
    },
    'two lines, which become one': {
      dockerfile: 'FROM a\n«MAINTAINER» Jo \\\n  Doe\n',
      fixed: `FROM a\nLABEL ${label}="Jo   Doe"\n`,
    },
    'one with a comment in it, which it does not mend': 'FROM a\n«MAINTAINER» Jo \\\n# why\n  Doe\n',
    'one without a name': 'FROM a\n«MAINTAINER»\n',
  },
  leaves: { labels: 'FROM a\nLABEL maintainer=me' },
})
