"""知识缺口: which questions ask for the same matter. Pure: word lists in, groups out."""
