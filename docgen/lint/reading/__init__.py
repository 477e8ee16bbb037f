"""读：模板文件夹 → 冻结的 TemplateFolder；读不成的记下，不中断。"""
