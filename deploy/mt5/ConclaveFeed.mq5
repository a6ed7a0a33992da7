//+------------------------------------------------------------------+
//| ConclaveFeed: pushes complete bars and the latest quotes of this  |
//| terminal to a Conclave desk. It reads prices only and never       |
//| trades. README.md beside it says how to set it up.                |
//+------------------------------------------------------------------+
#property copyright "Conclave"
#property version   "1.00"
#property strict

input string InpUrl           = "http://127.0.0.1:3000"; // The desk's address, also allowed in Tools > Options
input string InpToken         = "";                      // Token with the scope market:write
input string InpSymbols       = "EURUSD,GBPUSD,USDJPY";  // Broker's names; map suffixes: EURUSD.m=EURUSD
input string InpTimeframes    = "M1,M5,M15,H1,H4,D1";    // Of these bars
input int    InpBackfillBars  = 2000;                    // Bars of each series at start (needs InpServerZone)
input string InpServerZone    = "broker";                // Zone of the server's clock; empty: today's offset
input int    InpQuoteSeconds  = 1;                       // Quotes at most so often

// A bar is sent again with those after it: what looked like a spike as the last one is judged anew.
#define OVERLAP 5
// Rows of one request; the desk takes 5,000.
#define ROWS_PER_REQUEST 2000
#define DAY_SECONDS 86400

struct Series
  {
   string            name;     // the broker's
   string            symbol;   // the desk's
   ENUM_TIMEFRAMES   frame;
   string            interval;
   datetime          sent;     // opening time of the newest bar that the desk has
  };

Series   g_series[];
string   g_names[];
string   g_symbols[];
long     g_ticks[];            // time of the last tick sent, in milliseconds
datetime g_quiet_until = 0;    // after a failure nothing is sent before this
int      g_failures = 0;

//+------------------------------------------------------------------+
int OnInit()
  {
   if(InpToken == "")
     {
      Alert("ConclaveFeed: InpToken is empty. Get one with: conclave user token --scopes market:write");
      return(INIT_PARAMETERS_INCORRECT);
     }
   if(!ReadInputs())
      return(INIT_PARAMETERS_INCORRECT);
   EventSetTimer(MathMax(1, InpQuoteSeconds));
   return(INIT_SUCCEEDED);
  }

void OnDeinit(const int reason) { EventKillTimer(); }

void OnTimer()
  {
   if(TimeLocal() < g_quiet_until)
      return;
   for(int i = 0; i < ArraySize(g_series); i++)
      if(!PushBars(i))
         return;
   PushQuotes();
  }

//+------------------------------------------------------------------+
//| Inputs                                                            |
//+------------------------------------------------------------------+
bool ReadInputs()
  {
   string symbols[], frames[];
   int count = StringSplit(InpSymbols, ',', symbols);
   int kinds = StringSplit(InpTimeframes, ',', frames);
   for(int i = 0; i < count; i++)
     {
      string parts[];
      StringTrimLeft(symbols[i]);
      StringTrimRight(symbols[i]);
      int pair = StringSplit(symbols[i], '=', parts);
      string name = parts[0];
      string symbol = pair == 2 ? parts[1] : parts[0];
      if(!SymbolSelect(name, true))
        {
         Alert("ConclaveFeed: the broker has no symbol ", name, ". Write it as Market Watch shows it.");
         return(false);
        }
      int at = ArraySize(g_names);
      ArrayResize(g_names, at + 1);
      ArrayResize(g_symbols, at + 1);
      ArrayResize(g_ticks, at + 1);
      g_names[at] = name;
      g_symbols[at] = symbol;
      g_ticks[at] = 0;
      for(int j = 0; j < kinds; j++)
        {
         StringTrimLeft(frames[j]);
         StringTrimRight(frames[j]);
         Series each;
         each.name = name;
         each.symbol = symbol;
         each.sent = 0;
         if(!FrameOf(frames[j], each.frame, each.interval))
           {
            Alert("ConclaveFeed: ", frames[j], " is not one of M1 M5 M15 M30 H1 H4 D1.");
            return(false);
           }
         int last = ArraySize(g_series);
         ArrayResize(g_series, last + 1);
         g_series[last] = each;
        }
     }
   return(ArraySize(g_series) > 0);
  }

bool FrameOf(const string text, ENUM_TIMEFRAMES &frame, string &interval)
  {
   if(text == "M1")       { frame = PERIOD_M1;  interval = "1m";  return(true); }
   if(text == "M5")       { frame = PERIOD_M5;  interval = "5m";  return(true); }
   if(text == "M15")      { frame = PERIOD_M15; interval = "15m"; return(true); }
   if(text == "M30")      { frame = PERIOD_M30; interval = "30m"; return(true); }
   if(text == "H1")       { frame = PERIOD_H1;  interval = "1h";  return(true); }
   if(text == "H4")       { frame = PERIOD_H4;  interval = "4h";  return(true); }
   if(text == "D1")       { frame = PERIOD_D1;  interval = "1d";  return(true); }
   return(false);
  }

//+------------------------------------------------------------------+
//| What is sent                                                      |
//+------------------------------------------------------------------+
// Complete bars only: shift 0 still forms. False when the desk did not take them.
bool PushBars(const int i)
  {
   datetime newest = iTime(g_series[i].name, g_series[i].frame, 1);
   if(newest == 0 || newest <= g_series[i].sent)
      return(true);
   int wanted;
   if(g_series[i].sent == 0)
      wanted = MathMax(1, InpBackfillBars);
   else
      wanted = iBarShift(g_series[i].name, g_series[i].frame, g_series[i].sent) - 1 + OVERLAP;

   MqlRates rates[];
   ArraySetAsSeries(rates, false);
   int count = CopyRates(g_series[i].name, g_series[i].frame, 1, wanted, rates);
   if(count <= 0)
      return(true); // the terminal is still loading its history; the next timer asks again
   for(int from = FirstAllowed(rates, count); from < count; from += ROWS_PER_REQUEST)
     {
      string rows = "";
      for(int j = from; j < MathMin(count, from + ROWS_PER_REQUEST); j++)
         rows += (rows == "" ? "" : ",") + RowOf(rates[j], g_series[i].name);
      string bars = StringFormat("[{\"symbol\":\"%s\",\"interval\":\"%s\",\"rows\":[%s]}]",
                                 g_series[i].symbol, g_series[i].interval, rows);
      if(!Send("\"bars\":" + bars))
         return(false);
     }
   g_series[i].sent = newest;
   return(true);
  }

// Today's offset says nothing of a time before a change of clocks: without a zone only the last days are sent.
int FirstAllowed(const MqlRates &rates[], const int count)
  {
   if(InpServerZone != "")
      return(0);
   int first = 0;
   while(first < count && rates[first].time < TimeTradeServer() - 6 * DAY_SECONDS)
      first++;
   return(first);
  }

string RowOf(const MqlRates &rate, const string name)
  {
   int digits = (int)SymbolInfoInteger(name, SYMBOL_DIGITS);
   long volume = rate.real_volume > 0 ? rate.real_volume : rate.tick_volume;
   return(StringFormat("[%I64d,%s,%s,%s,%s,%I64d]", (long)rate.time,
                       DoubleToString(rate.open, digits), DoubleToString(rate.high, digits),
                       DoubleToString(rate.low, digits), DoubleToString(rate.close, digits), volume));
  }

void PushQuotes()
  {
   string quotes = "";
   long times[];
   ArrayCopy(times, g_ticks);
   for(int i = 0; i < ArraySize(g_names); i++)
     {
      MqlTick tick;
      if(!SymbolInfoTick(g_names[i], tick) || tick.time_msc <= g_ticks[i] || tick.bid <= 0 || tick.ask < tick.bid)
         continue;
      int digits = (int)SymbolInfoInteger(g_names[i], SYMBOL_DIGITS);
      quotes += (quotes == "" ? "" : ",") +
                StringFormat("{\"symbol\":\"%s\",\"time\":%I64d,\"bid\":%s,\"ask\":%s}", g_symbols[i], tick.time_msc,
                             DoubleToString(tick.bid, digits), DoubleToString(tick.ask, digits));
      times[i] = tick.time_msc;
     }
   if(quotes != "" && Send("\"quotes\":[" + quotes + "]"))
      ArrayCopy(g_ticks, times);
  }

//+------------------------------------------------------------------+
//| The request                                                       |
//+------------------------------------------------------------------+
string ClockText()
  {
   if(InpServerZone != "")
      return("\"serverTimeZone\":\"" + InpServerZone + "\"");
   // Both clocks tick in whole seconds; a server's zone is a whole number of quarter hours from UTC.
   int offset = (int)MathRound((TimeTradeServer() - TimeGMT()) / 900.0) * 900;
   return("\"utcOffsetSeconds\":" + IntegerToString(offset));
  }

bool Send(const string content)
  {
   string text = "{" + ClockText() + "," + content + "}";
   char body[], answer[];
   int length = StringToCharArray(text, body, 0, WHOLE_ARRAY, CP_UTF8) - 1; // without the closing zero
   ArrayResize(body, MathMax(0, length));
   string headers = "Content-Type: application/json\r\nAuthorization: Bearer " + InpToken + "\r\n";
   string answer_headers;
   ResetLastError();
   int status = WebRequest("POST", InpUrl + "/api/ingest/mt5", headers, 5000, body, answer, answer_headers);
   if(status == 200)
     {
      g_failures = 0;
      return(true);
     }
   g_failures++;
   int pause = (int)MathMin(300, 5 * MathPow(2, MathMin(g_failures, 6)));
   g_quiet_until = TimeLocal() + pause;
   if(status == -1 && GetLastError() == 4014)
      Print("ConclaveFeed: allow ", InpUrl, " in Tools > Options > Expert Advisors > Allow WebRequest.");
   else if(status == -1)
      Print("ConclaveFeed: the desk at ", InpUrl, " does not answer (error ", GetLastError(), "); trying again in ", pause, " s.");
   else
      Print("ConclaveFeed: the desk answered ", status, ": ", CharArrayToString(answer, 0, WHOLE_ARRAY, CP_UTF8),
            " Trying again in ", pause, " s.");
   return(false);
  }
