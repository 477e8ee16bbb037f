"""批量：一张表或者一批案件文件，编号、印出、签发，可以中断，接着做。"""

from docgen.batch import transport as transport
