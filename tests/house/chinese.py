"""What tells the two kinds of Chinese apart, and the terms that both have to keep."""

from __future__ import annotations

# Character by character: the mainland's, and Taiwan's and Hong Kong's. Only characters that belong
# to one script alone stand here: 后, 里, 只 and their like are written in both.
_PAIRS = """
这這 们們 个個 为為 时時 说說 对對 发發 会會 员員 现現 经經 问問 题題 实實 证證 据據 历歷 记記 录錄
优優 简簡 导導 处處 请請 项項 专專 业業 东東 两兩 严嚴 丰豐 临臨 丽麗 举舉 义義 乐樂 习習 书書 买買
乱亂 争爭 亚亞 产產 亲親 仅僅 从從 仓倉 仪儀 众眾 伤傷 传傳 体體 侧側 债債 偿償 储儲 兴興 养養
内內 册冊 写寫 军軍 农農 决決 况況 净淨 减減 击擊 刘劉 则則 刚剛 创創 别別 剧劇 办辦 务務 动動 励勵
劳勞 势勢 区區 医醫 华華 协協 单單 卖賣 卫衛 厂廠 厅廳 压壓 参參 双雙 变變 号號 听聽 启啟 响響 团團
园園 围圍 国國 图圖 圆圓 场場 块塊 坏壞 坚堅 垫墊 备備 复復 头頭 奋奮 奖獎 妇婦 学學 宝寶 审審 宽寬
宾賓 寻尋 层層 属屬 岁歲 岗崗 币幣 师師 帐帳 带帶 帮幫 库庫 应應 废廢 开開 异異 张張 弹彈 强強 归歸
当當 彻徹 态態 怀懷 总總 恶惡 惊驚 愿願 戏戲 户戶 执執 扩擴 扫掃 扬揚 护護 报報 担擔 择擇 挡擋 损損
换換 捡撿 摆擺 数數 断斷 无無 旧舊 显顯 晓曉 术術 机機 权權 条條 来來 极極 构構 标標 样樣 档檔 检檢
楼樓 横橫 欢歡 欧歐 残殘 毕畢 气氣 汇匯 没沒 测測 浏瀏 济濟 涨漲 满滿 灭滅 灵靈 点點 热熱 牵牽 状狀
独獨 环環 电電 画畫 畅暢 监監 盖蓋 盘盤 码碼 确確 础礎 礼禮 祸禍 离離 积積 称稱 稳穩 竞競 笔筆 签簽
类類 粮糧 紧緊 红紅 约約 级級 纪紀 纯純 线線 练練 组組 细細 终終 绍紹 结結 给給 络絡 绝絕 统統 继繼
绩績 续續 维維 综綜 绿綠 缓緩 编編 缘緣 缩縮 网網 罚罰 罗羅 职職 联聯 聪聰 脑腦 节節 荐薦 荣榮 获獲
营營 虑慮 补補 装裝 观觀 规規 视視 览覽 觉覺 计計 订訂 认認 讨討 让讓 训訓 议議 讯訊 许許 论論 设設
访訪 评評 识識 诉訴 词詞 译譯 试試 诚誠 话話 详詳 语語 误誤 诸諸 读讀 课課 谁誰 调調 谈談 谢謝 负負
责責 败敗 货貨 质質 购購 贴貼 贵貴 费費 资資 赏賞 赔賠 赢贏 趋趨 转轉 轮輪 软軟 轻輕 较較 输輸 达達
过過 运運 还還 进進 远遠 连連 迟遲 选選 递遞 逻邏 遗遺 邮郵 释釋 针針 钟鐘 钱錢 铁鐵 银銀 链鏈 销銷
锁鎖 错錯 键鍵 长長 门門 闭閉 间間 闻聞 队隊 阶階 际際 陆陸 陈陳 险險 随隨 隐隱 难難 静靜 页頁 顶頂
顺順 须須 顾顧 预預 领領 频頻 颗顆 额額 飞飛 饭飯 馆館 驳駁 验驗 鲜鮮 鸟鳥 黄黃 龙龍 齐齊 齿齒 凭憑
"""
SIMPLIFIED, TRADITIONAL = (frozenset(side) for side in zip(*_PAIRS.split(), strict=True))

# What a thing is called in the other region.
ELSEWHERE = {
    "zh_Hans": """
        软体 资讯 网路 程式 伺服器 萤幕 滑鼠 预设 签核 帐本 帐号 登入 登出 连结 资料库 专案 品质
        回馈 储存 搜寻 字元 收件匣 选单 同仁 工作天 列印 简讯 部属 得奖 客诉
    """,
    "zh_Hant": """
        軟件 信息 網絡 服務器 屏幕 鼠標 默認 審批 登錄 鏈接 數據庫 項目獎 質量 反饋 保存 搜索
        字符 郵箱 賬 收件箱 菜單 同事 工作日 用戶 打開 聯系 渠道 導入 刷新 設置 添加 查看 打印
        短信 獲獎 工單
    """,
}

# The binding words of the domain: whoever says the one in English says the other in Chinese.
TERMS: dict[str, tuple[str, str]] = {
    r"\bhonour roll\b": ("光荣榜", "光榮榜"),
    r"\barchive\b": ("公开档案", "公開檔案"),
    r"\bledger\b": ("账本", "帳本"),
    r"\bcheckpoint\b": ("检查点", "檢查點"),
    r"\breceipt\b": ("回执", "回執"),
    r"\bfeedback\b": ("反馈", "回饋"),
    r"\bobjections?\b": ("异议", "異議"),
    r"\bappeals?\b": ("申诉", "申訴"),
    r"\bnominators?\b": ("提名人", "提名人"),
    r"\bnominees?\b": ("被提名人", "被提名人"),
    r"\bevidence\b": ("证据", "證據"),
    r"(?<!it )(?<!head )\bclaims?\b": ("事实", "事實"),
    r"\bcycles?\b": ("周期", "週期"),
    r"\btiers?\b": ("等级", "等級"),
    r"\bpublic notice\b": ("公示", "公示"),
    r"\binternal audit\b": ("内审", "內審"),
    r"\bexternal audit\b": ("外审", "外審"),
    r"\bpolicy review\b": ("制度评审", "制度評審"),
    r"\bperformance review\b": ("绩效评审", "績效評審"),
}
