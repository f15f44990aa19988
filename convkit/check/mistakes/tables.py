"""Mistakes with numbers that are tied into tables, untied again, or cut anew."""

from __future__ import annotations

from convkit.check.mistake import Mistake

RESULT_CUT_ANEW = Mistake(
    "result-cut-anew",
    "a result cut anew where its axes should be turned",
    "Which numbers stand side by side in the product: those of one place, or those of one map?",
    "The product is (H'·W', C2): in each row the maps of one place. So it becomes (H', W', C2) "
    "by reshape. Any other shape tears the rows apart; if you want the maps in front, reshape "
    "first and transpose afterwards.",
    "section-cut",
)
TABLE_CUT_ANEW = Mistake(
    "table-cut-anew",
    "a table cut anew where its axes should be turned",
    "Take the first row of your table. Are these the pixels of the first window?",
    "The axes had another order, and reshape does not turn them: it cuts the row of all "
    "numbers at other points. Use transpose (or .T) first.",
    "section-cut",
)
SECOND_CUT_ANEW = Mistake(
    "second-cut-anew",
    "a second layer cut anew where its axes should be turned",
    "second[c, 0, 0, d]: which of c and d counts the maps that come in?",
    "The second layer is (C2, L, L, C3), ready for (C1, C2) @ (C2, C3). reshape does not "
    "exchange axes: it cuts the row of numbers at other points.",
    "idea-L11",
)
PLACES_BY_COLUMN = Mistake(
    "places-by-column",
    "places taken column by column",
    "Which place is in row 1 of your table: one further to the right, or one further down?",
    "j should run faster than i: the places go along a row of the image, then to the next one. "
    "Then reshape(H', W', C2) unties them again.",
    "section-im2col",
)
WINDOW_TRANSPOSED = Mistake(
    "window-transposed",
    "windows read column by column",
    "The second number of a row: is it to the right of the first in the image, or below it?",
    "n should run faster than m: within a channel, a window is read row by row.",
    "section-order",
)
CHANNELS_RUN_FASTEST = Mistake(
    "channels-run-fastest",
    "rows in which the channels run fastest",
    "The first K·K numbers of a row: do they come from one channel?",
    "The pixels are tied in the order m, n, p, as they lie in the image. The weights in "
    "filters.reshape(C1 * K * K, C2) are in the order p, m, n, and so the rows must be: a "
    "channel after the other.",
    "section-order",
)
TIED_IN_ANOTHER_ORDER = Mistake(
    "tied-in-another-order",
    "pixels and weights tied in two different orders",
    "Column 1 of the rows holds which pixel of the window? And row 1 of your filters, which "
    "weight?",
    "The rows hold their pixels in the order p, m, n, and your filters hold their weights in "
    "another one. The shapes agree and the wrong numbers meet. From (C1, K, K, C2), reshape(C1 "
    "* K * K, C2) keeps p, m, n as it is.",
    "section-order",
)
WINDOWS_UPRIGHT = Mistake(
    "windows-upright",
    "a table in which the windows stand upright",
    "Has your table a row for each place, or a column?",
    "Your windows are columns, as many programs have them. Here each place is a row: (H'·W', "
    "C1·K·K).",
    "section-im2col",
)
PLACES_NOT_TIED = Mistake(
    "places-not-tied",
    "rows and columns that are not tied together",
    "How many axes has a table, or a matrix?",
    "A matrix has two axes: tie i and j into one index, and p, m and n into another.",
    "section-im2col",
)
NOT_UNTIED = Mistake(
    "not-untied",
    "a result whose places are still tied together",
    "What is row 8 of your result: which row and which column of the map?",
    "The product has one row for each place, (H'·W', C2). Untie the places again: reshape(H', "
    "W', C2).",
    "section-im2col",
)
ROW_FOR_EACH_CHANNEL = Mistake(
    "row-for-each-channel",
    "a row for each channel of a place",
    "How many rows should the table have for one place?",
    "One place gives one row, with all channels in it: C1·K·K numbers. The sum runs over them all.",
    "section-im2col",
)
